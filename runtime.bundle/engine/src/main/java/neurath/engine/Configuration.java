package neurath.engine;

import java.util.Map;
import neurath.graph.Graph;

/**
 * What a flow is between two updates.
 *
 * @param revision number of its graph; every completed update makes the next
 * @param graph its nodes and arcs
 * @param versions what fills the nodes
 */
public record Configuration(int revision, Graph graph, Map<String, OperatorVersion> versions) {}
