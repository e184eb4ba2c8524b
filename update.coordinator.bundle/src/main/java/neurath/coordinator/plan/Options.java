package neurath.coordinator.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import neurath.engine.Marker.Commit;

/**
 * What a person may decide about an update; what is left open the plan decides.
 *
 * @param from where the marker enters
 * @param commit how the new epoch begins
 */
public record Options(From from, Optional<Commit> commit) {
    /** Nothing is asked for. */
    public static final Options NONE = new Options(From.HEAD, Optional.empty());

    /** Where a marker enters. */
    public enum From {
        /** At the heads of the region, between two packets: it does not wait for what lies before the region. */
        HEAD,
        /** At the entrances of the flow: it travels behind all that came in before it. */
        SOURCE
    }

    /** The words of a command line, in two parts: what they ask for, and the rest. */
    public record Parsed(Options options, List<String> rest) {}

    /**
     * Takes {@code --from head|source} and {@code --commit stream|hold} out of a command line.
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
                case "--from" -> new Options(constant(From.class, word, value), options.commit());
                case "--commit" -> new Options(options.from(), Optional.of(constant(Commit.class, word, value)));
                default -> throw new IllegalArgumentException(
                        "there is no option " + word + "; known are --from head|source and --commit stream|hold");
            };
        }
        return new Parsed(options, List.copyOf(rest));
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String option, String value) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(value)) {
                return constant;
            }
        }
        List<String> known = Arrays.stream(type.getEnumConstants()).map(Options::text).toList();
        throw new IllegalArgumentException(option + " is " + String.join(" or ", known) + ", not '" + value + "'");
    }

    static String text(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
