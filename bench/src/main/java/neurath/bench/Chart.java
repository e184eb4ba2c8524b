package neurath.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import neurath.bench.Svg.Anchor;

/** Lines over one x axis, in panels one above the other. A subject has the same colour in all of them. */
final class Chart {
    private static final int WIDTH = 860;
    private static final int LEFT = 70;
    private static final int RIGHT = 20;
    private static final int TOP = 34;
    private static final int PANEL = 190;
    private static final int BETWEEN = 24;
    private static final int LINE = 18;

    private final String title;
    private final String xTitle;
    private final List<Panel> panels = new ArrayList<>();
    private final List<Mark> marks = new ArrayList<>();
    private final Map<String, Integer> colours = new LinkedHashMap<>();

    /** A span of the x axis at which something was done; of no width for a moment. */
    private record Mark(double from, double to, String label, int colour) {}

    private record Line(String subject, double[] x, double[] y, boolean dashed) {}

    Chart(String title, String xTitle) {
        this.title = title;
        this.xTitle = xTitle;
    }

    /** A further panel, below the others. */
    Panel panel(String yTitle, boolean logarithmic) {
        var panel = new Panel(yTitle, logarithmic);
        panels.add(panel);
        return panel;
    }

    /** Marks a span in all panels, in a subject's colour. */
    void mark(double from, double to, String subject, String label) {
        marks.add(new Mark(from, to, label, colour(subject)));
    }

    private int colour(String subject) {
        return colours.computeIfAbsent(subject, any -> colours.size() % Svg.COLOURS);
    }

    /** Lines over one y axis. */
    final class Panel {
        private final String yTitle;
        private final boolean logarithmic;
        private final List<Line> lines = new ArrayList<>();

        private Panel(String yTitle, boolean logarithmic) {
            this.yTitle = yTitle;
            this.logarithmic = logarithmic;
        }

        /** A line; broken where y is not a number. On a logarithmic axis y is greater than zero. */
        Panel line(String subject, double[] x, double[] y) {
            return line(subject, x, y, false);
        }

        Panel dashed(String subject, double[] x, double[] y) {
            return line(subject, x, y, true);
        }

        private Panel line(String subject, double[] x, double[] y, boolean dashed) {
            colour(subject);
            lines.add(new Line(subject, x.clone(), y.clone(), dashed));
            return this;
        }

        private DoubleStream values() {
            return lines.stream().flatMapToDouble(line -> DoubleStream.of(line.y())).filter(y -> !Double.isNaN(y));
        }

        private Axis axis(double bottom) {
            double greatest = values().max().orElse(1);
            return logarithmic
                    ? Axis.decades(values().min().orElse(1), greatest, bottom, -PANEL)
                    : Axis.linear(0, greatest, bottom, -PANEL);
        }

        private void draw(Svg svg, Axis x, double top) {
            double bottom = top + PANEL;
            Axis y = axis(bottom);
            marks.forEach(
                    mark -> svg.area(x.at(mark.from()), top, Math.max(1.5, x.at(mark.to()) - x.at(mark.from())), PANEL, mark.colour()));
            for (double tick : y.ticks()) {
                svg.grid(LEFT, y.at(tick), WIDTH - RIGHT, y.at(tick));
                svg.text(LEFT - 6, y.at(tick) + 4, Anchor.END, Axis.text(tick));
            }
            svg.upwards(16, top + PANEL / 2.0, yTitle);
            for (Line line : lines) {
                svg.path(
                        DoubleStream.of(line.x()).map(x::at).toArray(), DoubleStream.of(line.y()).map(y::at).toArray(),
                        colour(line.subject()), line.dashed());
            }
            svg.axis(LEFT, bottom, WIDTH - RIGHT, bottom);
        }
    }

    /** The drawing. */
    Svg svg() {
        List<Double> all = panels.stream().flatMap(panel -> panel.lines.stream()).flatMapToDouble(line -> DoubleStream.of(line.x()))
                .boxed().toList();
        double from = Math.min(0, all.stream().mapToDouble(Double::doubleValue).min().orElse(0));
        double to = all.stream().mapToDouble(Double::doubleValue).max().orElse(1);
        Axis x = Axis.linear(from, to, LEFT, WIDTH - LEFT - RIGHT);
        int legend = TOP + LINE * (colours.size() + marks.size());
        int height = legend + panels.size() * (PANEL + BETWEEN) + 2 * LINE;
        var svg = new Svg(WIDTH, height).title(LEFT, 22, title);
        int line = 0;
        for (Map.Entry<String, Integer> subject : colours.entrySet()) {
            double y = TOP + LINE * line++ + 10;
            svg.line(LEFT, y - 4, LEFT + 24, y - 4, subject.getValue()).text(LEFT + 32, y, Anchor.START, subject.getKey());
        }
        for (Mark mark : marks) {
            double y = TOP + LINE * line++ + 10;
            svg.area(LEFT, y - 11, 24, 13, mark.colour()).text(LEFT + 32, y, Anchor.START, mark.label());
        }
        double top = legend + 8.0;
        for (Panel panel : panels) {
            panel.draw(svg, x, top);
            top += PANEL + BETWEEN;
        }
        for (double tick : x.ticks()) {
            svg.text(x.at(tick), top - BETWEEN + 16, Anchor.MIDDLE, Axis.text(tick));
        }
        return svg.text((LEFT + WIDTH - RIGHT) / 2.0, top + 10, Anchor.MIDDLE, xTitle);
    }
}
