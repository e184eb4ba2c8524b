package neurath.coordinator;

import java.util.List;
import java.util.OptionalLong;
import neurath.engine.Flow;
import neurath.graph.Node;
import neurath.graph.Pin;

/** The nodes of a flow that are kept for requests that began before an update. */
final class PinnedRequests {
    private final Flow flow;
    private final List<Node> kept;

    PinnedRequests(Flow flow) {
        this.flow = flow;
        this.kept = Pin.in(flow.graph());
    }

    /** Whether there are such nodes. */
    boolean areKept() {
        return !kept.isEmpty();
    }

    /** Whether there are such nodes, and all their requests have ended. */
    boolean haveEnded() {
        return !kept.isEmpty() && kept.stream().noneMatch(this::isNeeded);
    }

    /** Whether a request that began before may still come to a node, by its name now. */
    boolean areAt(String node) {
        return kept.stream().anyMatch(one -> one.name().equals(node) && isNeeded(one));
    }

    private boolean isNeeded(Node node) {
        return unended(node).orElse(1) > 0;
    }

    private OptionalLong unended(Node node) {
        return flow.unended(Pin.of(node).orElseThrow().epoch());
    }

    /** For people: {@code load~7 (http/load@1.0.0) is kept for 3 requests that began before}. */
    List<String> said() {
        return kept.stream().map(node -> {
            OptionalLong unended = unended(node);
            String requests = unended.isEmpty() ? "requests"
                    : unended.getAsLong() == 1 ? "1 request" : unended.getAsLong() + " requests";
            return node.name() + " (" + flow.version(node.name()).label() + ") is kept for " + requests + " that began before";
        }).toList();
    }
}
