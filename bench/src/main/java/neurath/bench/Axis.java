package neurath.bench;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/** Values on a line of pixels. */
final class Axis {
    private static final int TICKS = 6;

    private final double from;
    private final double to;
    private final boolean logarithmic;
    private final double start;
    private final double length;

    private Axis(double from, double to, boolean logarithmic, double start, double length) {
        this.from = from;
        this.to = to;
        this.logarithmic = logarithmic;
        this.start = start;
        this.length = length;
    }

    /**
     * From one value to another.
     *
     * @param start pixel of the first
     * @param length in pixels to the last; negative upwards
     */
    static Axis linear(double from, double to, double start, double length) {
        return new Axis(from, to > from ? to : from + 1, false, start, length);
    }

    /** Of whole decades around values greater than zero. */
    static Axis decades(double least, double greatest, double start, double length) {
        double from = Math.pow(10, Math.floor(Math.log10(least)));
        double to = Math.pow(10, Math.ceil(Math.log10(greatest)));
        return new Axis(from, to > from ? to : 10 * from, true, start, length);
    }

    /** The pixel of a value, which is held within the axis. */
    double at(double value) {
        if (Double.isNaN(value)) {
            return value;
        }
        double held = Math.clamp(value, from, to);
        double share = logarithmic ? Math.log(held / from) / Math.log(to / from) : (held - from) / (to - from);
        return start + share * length;
    }

    /** A tick as it is written. */
    static String text(double tick) {
        return BigDecimal.valueOf(tick).round(new MathContext(3)).stripTrailingZeros().toPlainString();
    }

    /** Round values to be written at it. */
    List<Double> ticks() {
        var ticks = new ArrayList<Double>();
        if (logarithmic) {
            for (double tick = from; tick < to * 1.001; tick *= 10) {
                ticks.add(tick);
            }
            return ticks;
        }
        double step = step((to - from) / TICKS);
        for (double number = Math.ceil(from / step - 1e-9); number * step <= to + step * 1e-9; number++) {
            ticks.add(number * step + 0.0); // no negative zero
        }
        return ticks;
    }

    private static double step(double least) {
        double decade = Math.pow(10, Math.floor(Math.log10(least)));
        for (double factor : new double[] {1, 2, 5}) {
            if (factor * decade >= least * 0.999) {
                return factor * decade;
            }
        }
        return 10 * decade;
    }
}
