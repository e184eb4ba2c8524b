package neurath.graph.fbp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The parser against the npm package fbp 1.8.0; texts whose name begins with {@code odd} show what is strange in the package. */
class FbpReferenceTest {
    @TestFactory
    Stream<DynamicTest> a_valid_text_gives_the_graph_of_the_reference() {
        return Corpus.tests(Corpus.valid(), item -> {
            assertThat(parsed(new FbpParser(), item)).isEqualTo(packetsFirst(item.answers().get("default")));
            assertThat(parsed(FbpParser.caseSensitive(), item)).isEqualTo(packetsFirst(item.answers().get("caseSensitive")));
        });
    }

    private static JsonNode parsed(FbpParser parser, Corpus.Item item) {
        return Corpus.json(FbpJson.of(parser.document(item.text())));
    }

    /** The same connections in our order: the order between a packet and an arc has no meaning. */
    private static JsonNode packetsFirst(JsonNode answer) {
        ObjectNode sorted = answer.deepCopy();
        ArrayNode connections = sorted.putArray("connections");
        for (boolean packets : new boolean[] {true, false}) {
            answer.get("connections").forEach(connection -> {
                if (connection.has("data") == packets) {
                    connections.add(connection);
                }
            });
        }
        return sorted;
    }
}
