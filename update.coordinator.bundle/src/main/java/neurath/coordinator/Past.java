package neurath.coordinator;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * An update that has ended.
 *
 * @param update its number
 * @param line when it began, and how it ended
 * @param milestones what it came to, in order; nothing if that is not known any more
 */
record Past(int update, String line, List<Milestone> milestones) {
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    Past {
        milestones = List.copyOf(milestones);
    }

    Past with(Milestone next) {
        return new Past(update, line, Stream.concat(milestones.stream(), Stream.of(next)).toList());
    }

    Past withoutMilestones() {
        return new Past(update, line, List.of());
    }

    /** The line, and a line for each milestone: the clock, the time since the update began, what, and a detail. */
    @Override
    public String toString() {
        if (milestones.isEmpty()) {
            return line + "\n  what it came to on its way is not known any more";
        }
        Instant began = milestones.getFirst().at();
        var table = new Table("at", "after", "", "");
        milestones
                .forEach(each -> table.row(CLOCK.format(each.at()), after(Duration.between(began, each.at())), each.name(), each.detail()));
        return line + '\n' + table.toString().indent(2).stripTrailing();
    }

    private static String after(Duration duration) {
        double millis = duration.toNanos() / 1e6;
        return String.format(Locale.ROOT, millis < 10_000 ? "%.1f ms" : "%.0f ms", millis);
    }
}
