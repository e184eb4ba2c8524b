package neurath.bench;

import java.util.List;
import neurath.bench.Svg.Anchor;

/** Medians of subjects as dots, with lines from the least to the greatest value, in groups one for each setting. */
final class Spans {
    private static final int WIDTH = 860;
    private static final int LEFT = 250;
    private static final int RIGHT = 70;
    private static final int TOP = 44;
    private static final int LINE = 20;

    private Spans() {}

    /** Draws what was measured of a metric; a subject without a value under a setting is left out there. */
    static Svg of(String title, String unit, Measurements measurements, String metric, List<String> subjects, List<String> settings) {
        double greatest = measurements.rows().stream()
                .filter(row -> row.metric().equals(metric) && subjects.contains(row.subject()) && settings.contains(row.setting()))
                .mapToDouble(Measurements.Row::value)
                .max()
                .orElse(1);
        Axis x = Axis.linear(0, greatest, LEFT, WIDTH - LEFT - RIGHT);
        int lines = settings.stream()
                .mapToInt(setting -> 1 + (int) subjects.stream().filter(each -> measurements.has(each, setting, metric)).count())
                .sum();
        int bottom = TOP + LINE * lines;
        var svg = new Svg(WIDTH, bottom + 2 * LINE + 10).title(20, 22, title);
        for (double tick : x.ticks()) {
            svg.grid(x.at(tick), TOP, x.at(tick), bottom).text(x.at(tick), bottom + 16, Anchor.MIDDLE, Axis.text(tick));
        }
        svg.text((LEFT + WIDTH - RIGHT) / 2.0, bottom + 34, Anchor.MIDDLE, unit);
        double y = TOP;
        for (String setting : settings) {
            y += LINE;
            svg.text(20, y - 6, Anchor.START, setting);
            for (String subject : subjects) {
                if (measurements.has(subject, setting, metric)) {
                    y += LINE;
                    row(svg, x, y - 6, subject, subjects.indexOf(subject) % Svg.COLOURS, measurements.spread(subject, setting, metric));
                }
            }
        }
        return svg.axis(LEFT, TOP, LEFT, bottom);
    }

    private static void row(Svg svg, Axis x, double y, String subject, int colour, Spread spread) {
        svg.text(LEFT - 8, y, Anchor.END, subject)
                .line(x.at(spread.min()), y - 4, x.at(spread.max()), y - 4, colour)
                .dot(x.at(spread.median()), y - 4, 4, colour)
                .text(x.at(spread.max()) + 8, y, Anchor.START, Measurements.number(spread.median()));
    }
}
