package neurath.graph.fbp;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import neurath.graph.Graph;

/**
 * What one {@code .fbp} text says: a graph, and what the text tells about itself.
 *
 * @param annotations such as {@code name} of {@code # @name web-server}, in the order of the text; unmodifiable
 * @param caseSensitive whether port names are kept as written; otherwise they are in upper case
 */
public record FbpDocument(Graph graph, SequencedMap<String, String> annotations, boolean caseSensitive) {
    public FbpDocument {
        annotations = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(annotations));
    }
}
