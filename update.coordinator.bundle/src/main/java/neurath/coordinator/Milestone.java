package neurath.coordinator;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import neurath.events.Phase;

/**
 * Something that an update has come to.
 *
 * @param name of a phase, or {@value #COMPLETED}
 * @param at when
 * @param detail for people; one line
 */
record Milestone(String name, Instant at, String detail) {
    /** The marker has left the region. */
    static final String COMPLETED = "COMPLETED";
    /** The history is for looking back: what is longer was in the log. */
    private static final int LONGEST = 300;

    Milestone {
        at = at.truncatedTo(ChronoUnit.MICROS);
        String line = detail.replace('\n', ' ');
        detail = line.length() > LONGEST ? line.substring(0, LONGEST) + '…' : line;
    }

    Milestone(Phase phase, Instant at, String detail) {
        this(phase.name(), at, detail);
    }

    /** One a line, as {@link #parse} reads them. */
    static String text(List<Milestone> milestones) {
        return milestones.stream()
                .map(each -> each.name + ' ' + each.at + ' ' + each.detail)
                .collect(Collectors.joining("\n"));
    }

    /** @throws RuntimeException if the text is none of theirs */
    static List<Milestone> parse(String text) {
        return Arrays.stream(text.split("\n")).filter(line -> !line.isEmpty()).map(line -> {
            String[] words = line.split(" ", 3);
            return new Milestone(words[0], Instant.parse(words[1]), words[2]);
        }).toList();
    }
}
