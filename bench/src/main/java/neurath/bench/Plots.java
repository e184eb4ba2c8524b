package neurath.bench;

import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.BoxChart;
import org.knowm.xchart.BoxChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Plots of measurements. */
final class Plots {
    private static final int WIDTH = 800;
    private static final int HEIGHT = 480;

    private Plots() {}

    private static void plain(AxesChartStyler styler) {
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setLegendPosition(LegendPosition.InsideNW);
    }

    /** Medians over settings that are numbers, on logarithmic axes, with a point for every repetition. */
    static XYChart overSettings(
            String title, String xTitle, String yTitle, Measurements measurements, String metric, List<String> subjects,
            List<String> settings) {
        XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT).title(title).xAxisTitle(xTitle).yAxisTitle(yTitle).build();
        plain(chart.getStyler());
        chart.getStyler().setYAxisLogarithmic(true);
        chart.getStyler().setXAxisLogarithmic(settings.stream().mapToDouble(Double::parseDouble).allMatch(x -> x > 0));
        for (String subject : subjects) {
            List<String> measured = settings.stream().filter(setting -> measurements.has(subject, setting, metric)).toList();
            if (!measured.isEmpty()) {
                add(chart, measurements, metric, subject, measured);
            }
        }
        return chart;
    }

    private static void add(XYChart chart, Measurements measurements, String metric, String subject, List<String> settings) {
        double[] x = settings.stream().mapToDouble(Double::parseDouble).toArray();
        double[] medians =
                settings.stream().mapToDouble(setting -> measurements.spread(subject, setting, metric).median()).toArray();
        chart.addSeries(subject, x, medians);
        var runsX = new ArrayList<Double>();
        var runsY = new ArrayList<Double>();
        for (String setting : settings) {
            for (double value : measurements.values(subject, setting, metric)) {
                runsX.add(Double.parseDouble(setting));
                runsY.add(value);
            }
        }
        XYSeries runs = chart.addSeries(subject + ", each run", runsX, runsY);
        runs.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    }

    /** A line through points in time. */
    static XYChart line(String title, String xTitle, String yTitle) {
        XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT).title(title).xAxisTitle(xTitle).yAxisTitle(yTitle).build();
        chart.getStyler().setMarkerSize(0);
        plain(chart.getStyler());
        return chart;
    }

    /** A box with whiskers for each subject, on a logarithmic axis: for times, of which the longest are far from the others. */
    static BoxChart boxesOfTimes(String title, Measurements measurements, String metric, List<String> subjects) {
        BoxChart chart = boxes(title, "ms", measurements, metric, subjects);
        chart.getStyler().setYAxisLogarithmic(true);
        chart.getStyler().setYAxisMin(null);
        return chart;
    }

    /** A box with whiskers for each subject, from zero on. */
    static BoxChart boxes(String title, String yTitle, Measurements measurements, String metric, List<String> subjects) {
        BoxChart chart = new BoxChartBuilder().width(WIDTH).height(HEIGHT).title(title).yAxisTitle(yTitle).build();
        plain(chart.getStyler());
        for (String subject : subjects) {
            var values = new ArrayList<Double>();
            measurements.rows().stream()
                    .filter(row -> row.subject().equals(subject) && row.metric().equals(metric))
                    .forEach(row -> values.add(row.value()));
            if (!values.isEmpty()) {
                chart.addSeries(subject, values);
            }
        }
        chart.getStyler().setYAxisMin(0.0);
        return chart;
    }
}
