package neurath.events;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;

/** Something that happened to a flow. */
public sealed interface Event {
    /** When. */
    Instant at();

    /** Name of the flow. */
    String flow();

    /** The flow takes packets. */
    record FlowStarted(Instant at, String flow, int revision) implements Event {}

    /** The flow could not be started. */
    record FlowRefused(Instant at, String flow, String reason) implements Event {}

    /** The flow has ended; its instances are closed. */
    record FlowStopped(Instant at, String flow) implements Event {}

    /**
     * A packet was thrown away because handling it threw. An event outlives operator versions, so it holds nothing of their classes.
     *
     * @param node the node with its version
     * @param packet what it was
     * @param cause what was thrown
     * @param trace its stack trace
     */
    record PacketFailed(Instant at, String flow, String node, String packet, String cause, String trace) implements Event {
        /** An event with the texts of what was thrown. */
        public static PacketFailed of(Instant at, String flow, String node, String packet, Throwable thrown) {
            var trace = new StringWriter();
            thrown.printStackTrace(new PrintWriter(trace));
            return new PacketFailed(at, flow, node, packet, thrown.toString(), trace.toString());
        }
    }

    /** A node finishes what it has in hand and takes no more for now. */
    record NodeHeld(Instant at, String flow, String node, String reason) implements Event {}

    /** A held node takes packets again. */
    record NodeResumed(Instant at, String flow, String node) implements Event {}

    /** An operator told a fact about its node. */
    record NodeNoted(Instant at, String flow, String node, String fact, String value) implements Event {}

    /** The marker has come on all live inputs of a node, or it has taken its new instance; {@code what} says which. */
    record NodePassed(Instant at, String flow, int update, String node, String what) implements Event {}

    /** An update has entered a phase. {@code detail} is for people; of ABORTED it is the reason. */
    record UpdatePhase(Instant at, String flow, int update, Phase phase, String detail) implements Event {}

    /**
     * The marker has left the region: every node of it works in the new epoch. With STREAM this may be long after SWITCHED, which is the first
     * node's.
     *
     * @param nanos since the update began
     */
    record UpdateCompleted(Instant at, String flow, int update, long nanos) implements Event {}

    /** Something an operator of the system should know that concerns no running update. */
    record Notice(Instant at, String flow, String text) implements Event {}
}
