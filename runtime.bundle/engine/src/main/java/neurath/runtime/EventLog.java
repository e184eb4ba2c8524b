package neurath.runtime;

import neurath.events.Event;
import neurath.events.Phase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the stream of events to the log, as {@code flow/node@version #update}. */
final class EventLog {
    private EventLog() {}

    static void log(Event event) {
        Logger log = LoggerFactory.getLogger("neurath.flow." + event.flow());
        switch (event) {
            case Event.FlowStarted e -> log.info("{} started, revision {}", e.flow(), e.revision());
            case Event.FlowRefused e -> log.error("{} does not start: {}", e.flow(), e.reason());
            case Event.FlowStopped e -> log.info("{} stopped", e.flow());
            case Event.PacketFailed e ->
                    log.warn("{}/{} failed on {}; the packet is dropped: {}", e.flow(), e.node(), e.packet(), e.trace());
            case Event.NodeHeld e -> log.warn("{}/{} is held: {}", e.flow(), e.node(), e.reason());
            case Event.NodeResumed e -> log.info("{}/{} goes on", e.flow(), e.node());
            case Event.NodeNoted e -> log.info("{}/{}: {} = {}", e.flow(), e.node(), e.fact(), e.value());
            case Event.NodePassed e -> log.debug("{}/{} #{} {}", e.flow(), e.node(), e.update(), e.what());
            case Event.UpdatePhase e when e.phase() == Phase.ABORTED || e.phase() == Phase.ROLLED_BACK ->
                    log.warn("{} #{} {}: {}", e.flow(), e.update(), e.phase(), e.detail());
            case Event.UpdatePhase e -> log.info("{} #{} {}: {}", e.flow(), e.update(), e.phase(), e.detail());
            case Event.UpdateCompleted e -> log.info("{} #{} is completed, {} ms after it began: the marker has left the region", e.flow(),
                    e.update(), e.nanos() / 1_000_000);
            case Event.Notice e -> log.warn("{}: {}", e.flow(), e.text());
        }
    }
}
