package neurath.graph;

import static org.assertj.core.api.Assertions.assertThat;

import neurath.graph.fbp.FbpParser;
import org.junit.jupiter.api.Test;

class DiagramTest {
    private static final Graph GRAPH = new FbpParser().parse("""
            INPORT=load.ROOT:FOLDER
            OUTPORT=reply.DONE:DONE
            '8080 "or" so' -> PORT load(http/load)
            load OUT[1] -> IN reply(http/reply)
            """);

    @Test
    void mermaid_shows_nodes_arcs_packets_and_exported_ports() {
        assertThat(Diagram.mermaid(GRAPH)).isEqualTo("""
                flowchart LR
                  n0["load<br>http/load"]
                  n1["reply<br>http/reply"]
                  n2(["8080 #34;or#34; so"])
                  n2 -->|"PORT"| n0
                  n3(["FOLDER"])
                  n3 -->|"ROOT"| n0
                  n0 -->|"OUT[1] → IN"| n1
                  n4(["DONE"])
                  n1 -->|"DONE"| n4
                """);
    }

    @Test
    void dot_shows_nodes_arcs_packets_and_exported_ports() {
        assertThat(Diagram.dot(GRAPH)).isEqualTo("""
                digraph flow {
                  rankdir=LR
                  node [shape=box]
                  n0 [label="load\\nhttp/load"]
                  n1 [label="reply\\nhttp/reply"]
                  n2 [label="8080 \\"or\\" so", style=rounded]
                  n2 -> n0 [label="PORT"]
                  n3 [label="FOLDER", style=rounded]
                  n3 -> n0 [label="ROOT"]
                  n0 -> n1 [label="OUT[1] → IN"]
                  n4 [label="DONE", style=rounded]
                  n1 -> n4 [label="DONE"]
                }
                """);
    }

    @Test
    void a_label_stays_short_and_in_one_line() {
        Graph graph = new FbpParser().parse("'first\nsecond " + "x".repeat(100) + "' -> IN a(A)");
        assertThat(Diagram.dot(graph)).contains("[label=\"first second " + "x".repeat(27) + "…\"");
    }
}
