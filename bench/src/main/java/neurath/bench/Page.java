package neurath.bench;

import java.util.List;

/**
 * The results of one experiment as a page in HTML that needs nothing from outside.
 *
 * @param said what was found, a line each
 * @param conditions under which it was measured
 */
record Page(String title, String setUp, List<String> said, List<Svg> drawings, Measurements measurements, String conditions) {
    private static final String STYLE = """
            :root{color-scheme:light dark}
            body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;background:#fff;color:#1f2933}
            h1{font-size:1.4rem}figure{margin:1.5rem 0;overflow-x:auto}
            table{border-collapse:collapse;font-size:.85rem;display:block;overflow-x:auto}
            th,td{padding:.25rem .6rem;border-bottom:1px solid #d5dae0;text-align:right;white-space:nowrap}
            th:nth-child(-n+3),td:nth-child(-n+3){text-align:left}footer{font-size:.8rem;margin-top:2rem}
            @media (prefers-color-scheme:dark){body{background:#14181d;color:#e4e7eb}th,td{border-color:#3e4c59}}
            """;

    private String items() {
        return String.join("", said.stream().map(line -> "<li>" + Svg.escaped(line) + "</li>\n").toList());
    }

    private String figures() {
        return String.join("", drawings.stream().map(drawing -> "<figure>" + drawing + "</figure>\n").toList());
    }

    private String rows() {
        return String.join("", measurements.lines().stream().map(Page::row).toList());
    }

    private static String row(Measurements.Line line) {
        Spread spread = line.spread();
        return "<tr><td>%s [%s]</td><td>%s</td><td>%s</td><td>%d</td><td>%s</td><td><b>%s</b></td><td>%s</td></tr>%n".formatted(
                Svg.escaped(line.metric()), Svg.escaped(line.unit()), Svg.escaped(line.subject()), Svg.escaped(line.setting()),
                spread.count(), Measurements.number(spread.min()), Measurements.number(spread.median()), Measurements.number(spread.max()));
    }

    @Override
    public String toString() {
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>%1$s</title>
                <style>
                %2$s</style></head>
                <body>
                <h1>%1$s</h1>
                <p>%3$s</p>
                <ul>
                %4$s</ul>
                %5$s<table>
                <tr><th>metric</th><th>subject</th><th>setting</th><th>n</th><th>least</th><th>median</th><th>greatest</th></tr>
                %6$s</table>
                <footer>%7$s</footer>
                </body>
                </html>
                """.formatted(Svg.escaped(title), STYLE, Svg.escaped(setUp), items(), figures(), rows(), Svg.escaped(conditions));
    }
}
