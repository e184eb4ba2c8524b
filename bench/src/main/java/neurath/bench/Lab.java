package neurath.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.internal.chartpart.Chart;

/** Where one experiment is run: how much of it, what it measures, and the folder of its results. */
final class Lab {
    private final Experiment experiment;
    private final Scale scale;
    private final Path folder;
    private final PrintStream out;
    private final Measurements measurements = new Measurements();
    private final List<Goal> goals = new ArrayList<>();
    private final List<String> plots = new ArrayList<>();
    private final List<Svg> drawings = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();
    private final Map<String, String> facts = Machine.facts();
    private final long began = System.nanoTime();

    /** What should come out, and what did. */
    record Goal(String wanted, String found, boolean met) {
        @Override
        public String toString() {
            return (met ? "met: " : "MISSED: ") + wanted + "; found " + found;
        }
    }

    /** One of the things that are compared, for one repetition. */
    @FunctionalInterface
    interface Subject {
        void measure(int repetition) throws Exception;
    }

    /** @param folder for the results; what lies there of an earlier run is replaced */
    Lab(Experiment experiment, Scale scale, Path folder, PrintStream out) throws IOException {
        this.experiment = experiment;
        this.scale = scale;
        this.folder = Files.createDirectories(folder);
        this.out = out;
    }

    Scale scale() {
        return scale;
    }

    Measurements measurements() {
        return measurements;
    }

    List<Goal> goals() {
        return List.copyOf(goals);
    }

    /** Measures the subjects in turn, A B A B. */
    void interleaved(int repetitions, Subject... subjects) throws Exception {
        for (int repetition = 1; repetition <= repetitions; repetition++) {
            for (Subject subject : subjects) {
                subject.measure(repetition);
            }
        }
    }

    /** Says what it is doing. */
    void say(String text) {
        out.println("  " + text);
    }

    /** Something a reader of the results must know. */
    void remark(String text) {
        remarks.add(text);
        say(text);
    }

    void goal(String wanted, String found, boolean met) {
        var goal = new Goal(wanted, found, met);
        goals.add(goal);
        say(goal.toString());
    }

    /** A picture for the results. Where it cannot be drawn, as without fonts, the figures stand without it. */
    void plot(String name, Chart<?, ?> chart) throws IOException {
        try {
            ImageIO.write(BitmapEncoder.getBufferedImage(chart), "png", folder.resolve(name + ".png").toFile());
            plots.add(name + ".png");
        } catch (RuntimeException | LinkageError e) {
            remark("the plot " + name + " could not be drawn: " + e);
        }
    }

    /** A drawing for the results, and for their page. */
    void plot(String name, Svg drawing) throws IOException {
        Files.writeString(folder.resolve(name + ".svg"), drawing.toString());
        plots.add(name + ".svg");
        drawings.add(drawing);
    }

    /** Keeps a histogram of nanoseconds whole, in HdrHistogram's log format. */
    void keep(String name, Histogram histogram) throws IOException {
        try (var log = new PrintStream(Files.newOutputStream(folder.resolve(name + ".hlog")), false, StandardCharsets.UTF_8)) {
            histogram.setEndTimeStamp(System.currentTimeMillis());
            histogram.setStartTimeStamp(histogram.getEndTimeStamp() - Duration.ofNanos(System.nanoTime() - began).toMillis());
            var writer = new HistogramLogWriter(log);
            writer.outputLogFormatVersion();
            writer.outputLegend();
            writer.outputIntervalHistogram(histogram);
        }
    }

    /** Keeps raw data of another kind. */
    void keep(String file, List<String> lines) throws IOException {
        Files.write(folder.resolve(file), lines);
    }

    /** Keeps every request that clients of a subject sent, and the histogram of them; what is long, compressed. */
    void keep(String name, Felt felt) throws IOException {
        keep(name, felt.latency());
        try (var text = new PrintStream(
                new GZIPOutputStream(Files.newOutputStream(folder.resolve(name + ".csv.gz"))), false, StandardCharsets.UTF_8)) {
            felt.csv().forEach(line -> text.append(line).append('\n'));
        }
    }

    /** Writes raw data and summary, and a page of its own where there are drawings for it. */
    void finish() throws IOException {
        measurements.writeCsv(folder.resolve("raw.csv"));
        Files.writeString(folder.resolve("summary.md"), summary());
        if (!drawings.isEmpty()) {
            Files.writeString(folder.resolve("page.html"), page());
        }
    }

    private String page() {
        var said = new ArrayList<String>();
        goals.forEach(goal -> said.add(goal.toString()));
        said.addAll(remarks);
        return new Page(heading(), experiment.setUp().strip().replace('\n', ' '), said, drawings, measurements, conditions()).toString();
    }

    private String heading() {
        return experiment.name().toUpperCase(Locale.ROOT) + ": " + experiment.question();
    }

    /** Under what it was measured. */
    private String conditions() {
        var text = new StringBuilder("%s, %s form, took %d s.%n".formatted(
                Instant.now().truncatedTo(ChronoUnit.MINUTES),
                scale.name().toLowerCase(Locale.ROOT),
                Duration.ofNanos(System.nanoTime() - began).toSeconds()));
        facts.forEach((fact, value) -> text.append(fact).append(": ").append(value).append("; "));
        return text.append("load average at the end: ").append(Machine.load()).append(".\n").toString();
    }

    private String summary() {
        var text = new StringBuilder("## " + heading() + "\n\n");
        text.append(experiment.setUp().strip().replace('\n', ' ')).append("\n\n");
        goals.forEach(goal -> text.append("- ").append(goal).append('\n'));
        remarks.forEach(remark -> text.append("- ").append(remark).append('\n'));
        text.append('\n').append(measurements.table()).append('\n');
        plots.forEach(plot -> text.append("![%s](%s/%s)%n".formatted(plot, folder.getFileName(), plot)));
        text.append("\nRaw data: [%1$s/raw.csv](%1$s/raw.csv)".formatted(folder.getFileName()));
        text.append(
                drawings.isEmpty() ? ". " : ", all of it on a page: [%1$s/page.html](%1$s/page.html). ".formatted(folder.getFileName()));
        return text.append(conditions()).toString();
    }
}
