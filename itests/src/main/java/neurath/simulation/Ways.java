package neurath.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the ways of pieces tell: stamps of the nodes that handled them, {@code 1.source1>4.box2~2/3lane>(5.crate1 | 6.crate1)>7.sink1}. */
final class Ways {
    /** At the end of a stamp: that the gate sends the piece round again. */
    static final String AGAIN = "[again]";

    private static final Pattern VERSION = Pattern.compile("\\.[a-z]+\\d+('\\d+)?");
    private static final Pattern SHARE = Pattern.compile("~(\\d*)/(\\d+)(lane|shelf)");
    private static final String WHICH = "~\\d+/";

    private Ways() {}

    /** One replica, at the end of a stamp. */
    record Share(int index, int among, Key key) {
        @Override
        public String toString() {
            return "~" + index + shared(among, key).substring(1);
        }
    }

    /** At the end of a stamp: that some replicas share pieces by a key, whichever handled this one. */
    static String shared(int among, Key key) {
        return "~/" + among + key.accessor();
    }

    /** The way of a piece that others were joined into. */
    static String joined(List<String> ways) {
        return '(' + String.join(" | ", ways.stream().sorted().toList()) + ')';
    }

    /** How often a node that is no source is on the way. */
    static int rounds(String way, int id) {
        return occurrences(">" + id + '.', way);
    }

    /** How often gates have sent it round again. */
    static int laps(String way) {
        return occurrences(AGAIN, way);
    }

    private static int occurrences(String part, String way) {
        int occurrences = 0;
        for (int at = way.indexOf(part); at >= 0; at = way.indexOf(part, at + 1)) {
            occurrences++;
        }
        return occurrences;
    }

    /** The way whatever replicas it led by. */
    static String byAnyReplica(String way) {
        return way.indexOf('~') < 0 ? way : way.replaceAll(WHICH, "~/");
    }

    /** The nodes of the way, whatever they were at the time. */
    static String nodes(String way) {
        String nodes = VERSION.matcher(way).replaceAll("");
        return nodes.indexOf('~') < 0 ? nodes : SHARE.matcher(nodes).replaceAll("");
    }

    /** The replicas by which it led. */
    static List<Share> shares(String way) {
        var shares = new ArrayList<Share>();
        Matcher matcher = SHARE.matcher(way);
        while (matcher.find()) {
            shares.add(share(matcher));
        }
        return shares;
    }

    private static Share share(Matcher matcher) {
        return new Share(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)),
                Key.valueOf(matcher.group(3).toUpperCase(Locale.ROOT)));
    }

    /** Whether two pieces whose ways have the same nodes went by different replicas somewhere, so that one may overtake the other. */
    static boolean part(String one, String other) {
        if (one.indexOf('~') < 0 || other.indexOf('~') < 0) {
            return false;
        }
        String[] stamps = one.split(">", -1);
        String[] others = other.split(">", -1);
        for (int i = 0; i < Math.min(stamps.length, others.length); i++) {
            Matcher share = SHARE.matcher(stamps[i]);
            Matcher otherShare = SHARE.matcher(others[i]);
            if (share.find() && otherShare.find() && part(share(share), share(otherShare))) {
                return true;
            }
        }
        return false;
    }

    private static boolean part(Share one, Share other) {
        return one.among() == other.among() && one.key() == other.key() && one.index() != other.index();
    }
}
