package neurath.engine;

import java.util.Map;

/**
 * What a node of a running flow is and does, at about one moment.
 *
 * @param held why it takes no packets, or {@code null}
 * @param taken packets taken from its arcs
 * @param emitted packets emitted
 * @param filtered packets a step answered with none
 * @param failed packets, readinesses and timers whose handling threw
 * @param dropped packets thrown away, with a reason in the log
 * @param nanos time it has worked, without what it waited for room on arcs; measured in samples where packets are handed on in a section
 * @param queued items on the arcs that lead to it
 * @param capacity bound of these arcs, added up
 * @param entries entries of its keyed state
 * @param size entries of the state that passes whole, as its operator tells; -1 if nobody knows
 * @param notes facts its operator told
 */
public record NodeStatus(
        String name,
        OperatorVersion version,
        String held,
        long taken,
        long emitted,
        long filtered,
        long failed,
        long dropped,
        long nanos,
        int queued,
        int capacity,
        long entries,
        long size,
        Map<String, String> notes) {}
