package neurath.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/** What was measured, one row a value; the raw data beside every table and plot. For one thread. */
final class Measurements {
    private final List<Row> rows = new ArrayList<>();

    /**
     * One value.
     *
     * @param subject what was measured, such as a system or a way to do it
     * @param setting under which, such as a size; may be empty
     */
    record Row(String subject, String setting, int repetition, String metric, double value, String unit) {
        private String csv() {
            return String.join(
                    ",", quoted(subject), quoted(setting), Integer.toString(repetition), quoted(metric), number(value), quoted(unit));
        }

        private static String quoted(String text) {
            return text.contains(",") || text.contains("\"") ? '"' + text.replace("\"", "\"\"") + '"' : text;
        }
    }

    void add(String subject, String setting, int repetition, String metric, double value, String unit) {
        rows.add(new Row(subject, setting, repetition, metric, value, unit));
    }

    void add(String subject, String setting, int repetition, String metric, long count, String unit) {
        add(subject, setting, repetition, metric, (double) count, unit);
    }

    List<Row> rows() {
        return List.copyOf(rows);
    }

    /** The values of one metric of a subject, in the order they were measured. */
    List<Double> values(String subject, String setting, String metric) {
        return rows.stream()
                .filter(row -> row.subject().equals(subject) && row.setting().equals(setting) && row.metric().equals(metric))
                .map(Row::value)
                .toList();
    }

    Spread spread(String subject, String setting, String metric) {
        return Spread.of(values(subject, setting, metric));
    }

    boolean has(String subject, String setting, String metric) {
        return !values(subject, setting, metric).isEmpty();
    }

    void writeCsv(Path file) throws IOException {
        var lines = new ArrayList<String>();
        lines.add("subject,setting,repetition,metric,value,unit");
        rows.forEach(row -> lines.add(row.csv()));
        Files.write(file, lines);
    }

    /** The values of a subject and setting of one metric, as a line of a table. */
    record Line(String metric, String unit, String subject, String setting, Spread spread) {
        private String markdown() {
            return "| %s [%s] | %s | %s | %d | %s | %s | **%s** | %s | %s |%n".formatted(
                    metric, unit, subject, setting, spread.count(), number(spread.min()), number(spread.lower()),
                    number(spread.median()), number(spread.upper()), number(spread.max()));
        }
    }

    /** The spread of each metric, subject and setting, in the order they were measured. */
    List<Line> lines() {
        record Key(String metric, String unit, String subject, String setting) {}
        var groups = new LinkedHashMap<Key, List<Double>>();
        for (Row row : rows) {
            groups.computeIfAbsent(new Key(row.metric(), row.unit(), row.subject(), row.setting()), key -> new ArrayList<>())
                    .add(row.value());
        }
        return groups.entrySet().stream()
                .map(group -> new Line(
                        group.getKey().metric(), group.getKey().unit(), group.getKey().subject(), group.getKey().setting(),
                        Spread.of(group.getValue())))
                .toList();
    }

    /** The lines as a table in Markdown. */
    String table() {
        var text = new StringBuilder("| metric | subject | setting | n | min | quartile | **median** | quartile | max |\n");
        text.append("|---|---|---|--:|--:|--:|--:|--:|--:|\n");
        lines().forEach(line -> text.append(line.markdown()));
        return text.toString();
    }

    /** A number with as many digits as mean something. */
    static String number(double value) {
        double size = Math.abs(value);
        if (size == Math.rint(size) || size >= 1000) {
            return String.format(Locale.ROOT, "%.0f", value);
        }
        return String.format(Locale.ROOT, size >= 100 ? "%.1f" : size >= 1 ? "%.2f" : "%.4f", value);
    }
}
