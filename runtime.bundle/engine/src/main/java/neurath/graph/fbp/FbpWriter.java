package neurath.graph.fbp;

import java.util.LinkedHashMap;
import neurath.graph.Graph;

/** A writer of {@code .fbp} texts that {@link FbpParser} reads back as they were; has no state and may be shared. */
public final class FbpWriter {
    /**
     * The graph, a statement a line.
     *
     * @throws IllegalArgumentException if it holds a name or value that the language has no way to write
     */
    public String write(Graph graph) {
        return write(new FbpDocument(graph, new LinkedHashMap<>(), false));
    }

    /**
     * The document, a statement a line; case-sensitive ports need a parser that is so too.
     *
     * @throws IllegalArgumentException if it holds a name or value that the language has no way to write
     */
    public String write(FbpDocument document) {
        return new Statements(document).text();
    }
}
