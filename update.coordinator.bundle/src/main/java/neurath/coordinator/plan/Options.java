package neurath.coordinator.plan;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import neurath.engine.Marker.Commit;

/**
 * What a person may decide about an update; what is left open the plan decides.
 *
 * @param from where the marker enters
 * @param commit how the new epoch begins
 * @param requests what becomes of requests that began before
 * @param probation how long the old instances are kept, so that the update can be rolled back; zero if they are not
 * @param errors share of packets that may fail more than before while it is on probation, from 0 to 1
 */
public record Options(From from, Optional<Commit> commit, Requests requests, Optional<Duration> probation, Optional<Double> errors) {
    private static final String FROM = "--from";
    private static final String COMMIT = "--commit";
    private static final String REQUESTS = "--requests";
    private static final String PROBATION = "--probation";
    private static final String ERRORS = "--errors";

    /** The options by their names, each with some of its values. */
    public static final SequencedMap<String, List<String>> KNOWN = known();
    /** Nothing is asked for. */
    public static final Options NONE = new Options(From.HEAD, Optional.empty(), Requests.SWITCH, Optional.empty(), Optional.empty());

    /** Where a marker enters. */
    public enum From {
        /** At the heads of the region, between two packets: it does not wait for what lies before the region. */
        HEAD,
        /** At the entrances of the flow: it travels behind all that came in before it. */
        SOURCE
    }

    /** What becomes of requests that began before an update. */
    public enum Requests {
        /** They go on with the new versions where the marker meets them. */
        SWITCH,
        /** They stay with the versions they began with, which are kept until they have ended. */
        PIN
    }

    /** The words of a command line, in two parts: what they ask for, and the rest. */
    public record Parsed(Options options, List<String> rest) {}

    /**
     * Takes {@code --from head|source}, {@code --commit stream|hold}, {@code --requests switch|pin}, {@code --probation 30s} and {@code --errors 1%} out of a command
     * line.
     *
     * @throws IllegalArgumentException if an option is not known or has no such value
     */
    public static Parsed parse(List<String> words) {
        Options options = NONE;
        var rest = new ArrayList<String>();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (!word.startsWith("--")) {
                rest.add(word);
                continue;
            }
            String value = i + 1 < words.size() ? words.get(++i) : "";
            options = switch (word) {
                case FROM -> options.with(constant(From.class, word, value));
                case COMMIT -> options.with(constant(Commit.class, word, value));
                case REQUESTS -> options.with(constant(Requests.class, word, value));
                case PROBATION -> options.with(duration(word, value));
                case ERRORS -> options.withErrors(percent(word, value));
                default -> throw new IllegalArgumentException("there is no option " + word
                        + "; known are " + told());
            };
        }
        return new Parsed(options, List.copyOf(rest));
    }

    private static SequencedMap<String, List<String>> known() {
        var known = new LinkedHashMap<String, List<String>>();
        known.put(FROM, texts(From.class));
        known.put(COMMIT, texts(Commit.class));
        known.put(REQUESTS, texts(Requests.class));
        known.put(PROBATION, List.of("30s", "10m", "1h"));
        known.put(ERRORS, List.of("1%", "5%"));
        return Collections.unmodifiableSequencedMap(known);
    }

    private static String told() {
        return String.join(", ", KNOWN.entrySet().stream().map(each -> each.getKey() + ' ' + String.join("|", each.getValue())).toList());
    }

    private static List<String> texts(Class<? extends Enum<?>> type) {
        return Arrays.stream(type.getEnumConstants()).map(Options::text).toList();
    }

    private Options with(From other) {
        return new Options(other, commit, requests, probation, errors);
    }

    private Options with(Commit other) {
        return new Options(from, Optional.of(other), requests, probation, errors);
    }

    private Options with(Requests other) {
        return new Options(from, commit, other, probation, errors);
    }

    private Options with(Duration other) {
        return new Options(from, commit, requests, Optional.of(other), errors);
    }

    private Options withErrors(double other) {
        return new Options(from, commit, requests, probation, Optional.of(other));
    }

    private static Duration duration(String option, String value) {
        try {
            return value.startsWith("P") ? Duration.parse(value) : Duration.parse("PT" + value);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(option + " is a time such as 30s or 5m, not '" + value + "'", e);
        }
    }

    private static double percent(String option, String value) {
        double percent = value.matches("\\d{1,3}(\\.\\d+)?%?") ? Double.parseDouble(value.replace("%", "")) : Double.NaN;
        if (percent >= 0 && percent <= 100) {
            return percent / 100;
        }
        throw new IllegalArgumentException(option + " is a share of packets such as 1%, not '" + value + "'");
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String option, String value) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(value)) {
                return constant;
            }
        }
        throw new IllegalArgumentException(option + " is " + String.join(" or ", texts(type)) + ", not '" + value + "'");
    }

    static String text(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
