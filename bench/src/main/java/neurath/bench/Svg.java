package neurath.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A drawing in SVG that needs nothing from outside, in the light or dark colours that its reader prefers. */
final class Svg {
    /** So many colours can be told apart. */
    static final int COLOURS = 8;

    private static final String STYLE = """
            .plot{color-scheme:light dark;--ink:#1f2933;--faint:#d5dae0;--paper:#ffffff;--c0:#1f6fb4;--c1:#c9302c;--c2:#2b8a4a;--c3:#9a6a00;\
            --c4:#7a4bb0;--c5:#00838f;--c6:#b0457b;--c7:#5f6b7a}
            @media (prefers-color-scheme:dark){.plot{--ink:#e4e7eb;--faint:#3e4c59;--paper:#14181d;--c0:#6cb2f0;--c1:#ff8080;--c2:#6fd08c;\
            --c3:#e3b341;--c4:#b894f0;--c5:#4dd0e1;--c6:#f199c4;--c7:#9fb0c0}}
            .plot text{font:12px system-ui,sans-serif;fill:var(--ink)}.plot .title{font-size:15px;font-weight:600}
            .plot .axis{stroke:var(--ink);stroke-width:1}.plot .grid{stroke:var(--faint);stroke-width:1}
            .plot path{fill:none;stroke-width:1.5}.plot .area{stroke:none;opacity:.16}.plot .dashed{stroke-dasharray:5 4}
            """;

    private final int width;
    private final int height;
    private final List<String> elements = new ArrayList<>();

    Svg(int width, int height) {
        this.width = width;
        this.height = height;
    }

    /** Where a text stands beside its point. */
    enum Anchor {
        START, MIDDLE, END
    }

    Svg text(double x, double y, Anchor anchor, String text) {
        return add(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", x, y,
                anchor.name().toLowerCase(Locale.ROOT), escaped(text)));
    }

    Svg title(double x, double y, String text) {
        return add(String.format(Locale.ROOT, "<text class=\"title\" x=\"%.1f\" y=\"%.1f\">%s</text>", x, y, escaped(text)));
    }

    /** A text that runs upwards, for a y axis. */
    Svg upwards(double x, double y, String text) {
        return add(String.format(Locale.ROOT, "<text transform=\"translate(%.1f %.1f) rotate(-90)\" text-anchor=\"middle\">%s</text>", x, y,
                escaped(text)));
    }

    Svg axis(double x1, double y1, double x2, double y2) {
        return add(String.format(Locale.ROOT, "<line class=\"axis\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>", x1, y1, x2, y2));
    }

    Svg grid(double x1, double y1, double x2, double y2) {
        return add(String.format(Locale.ROOT, "<line class=\"grid\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>", x1, y1, x2, y2));
    }

    Svg line(double x1, double y1, double x2, double y2, int colour) {
        return add(String.format(Locale.ROOT, "<line style=\"stroke:var(--c%d)\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>", colour,
                x1, y1, x2, y2));
    }

    Svg dot(double x, double y, double radius, int colour) {
        return add(
                String.format(Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" style=\"fill:var(--c%d)\"/>", x, y, radius, colour));
    }

    /** A span, behind what is drawn later. */
    Svg area(double x, double y, double wide, double high, int colour) {
        return add(String.format(Locale.ROOT,
                "<rect class=\"area\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" style=\"fill:var(--c%d)\"/>",
                x, y, wide, high, colour));
    }

    /** Lines through points, broken where a point is not a number. */
    Svg path(double[] x, double[] y, int colour, boolean dashed) {
        var steps = new StringBuilder();
        boolean drawing = false;
        for (int i = 0; i < x.length; i++) {
            if (Double.isNaN(y[i])) {
                drawing = false;
            } else {
                steps.append(String.format(Locale.ROOT, "%s%.1f %.1f", drawing ? "L" : "M", x[i], y[i]));
                if (!drawing) {
                    steps.append("h.1"); // a lonely point is seen too
                }
                drawing = true;
            }
        }
        return add(String.format(Locale.ROOT, "<path class=\"%s\" style=\"stroke:var(--c%d)\" d=\"%s\"/>", dashed ? "dashed" : "whole",
                colour, steps));
    }

    private Svg add(String element) {
        elements.add(element);
        return this;
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT,
                "<svg class=\"plot\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %1$d %2$d\" width=\"%1$d\" height=\"%2$d\" role=\"img\">%n"
                        + "<style>%3$s</style>%n<rect width=\"%1$d\" height=\"%2$d\" style=\"fill:var(--paper)\"/>%n%4$s%n</svg>%n",
                width, height, STYLE, String.join("\n", elements));
    }
}
