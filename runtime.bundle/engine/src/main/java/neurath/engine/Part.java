package neurath.engine;

import java.util.List;
import java.util.Set;

/**
 * What one marker means to one node of its region.
 *
 * @param node the node
 * @param successor the instance that takes the place of the current one, or {@code null} where the marker only passes
 * @param awaited the arcs inside the region that lead to the node: the marker is awaited on all of them that have not ended
 * @param onwards the arcs inside the region that leave the node: the marker is sent on along all of them
 */
record Part(LiveNode node, Instance successor, Set<Inlet> awaited, List<Ring> onwards) {}
