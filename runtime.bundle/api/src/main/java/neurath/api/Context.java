package neurath.api;

import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A node as its operator sees it: parameters, ports, and the section's poller and timers.
 *
 * <p>Thread safety: parameters, ports and maps are for {@link Operator#open}; {@link #watch}, {@link #timer} and emitting are for the
 * section's thread, that is, for every other method of the operator; {@link #lease} and {@link #begin} are for any thread.
 */
@ProviderType
public interface Context {
    /** Name of the node with its flow: {@code web-server/load}. */
    String node();

    /**
     * The node's parameters as a record: the component {@code maxHeadBytes} takes the initial packet sent to the port
     * {@code MAX_HEAD_BYTES}, or the value of its {@link Default}.
     *
     * @param shape the record named in {@link Parameters} on the operator's class
     */
    <P extends Record> P parameters(Class<P> shape);

    /**
     * Sets what is called for each packet on an input port.
     *
     * @throws IllegalArgumentException if the operator declares no such port, or one of another type
     */
    <T> void receive(String port, Class<T> type, Receiver<? super T> receiver);

    /**
     * An output port. Emitting to one that no arc leaves drops the packet.
     *
     * @throws IllegalArgumentException if the operator declares no such port, or one of another type
     */
    <T> Output<T> output(String port, Class<T> type);

    /** The elements of an array port that are connected, in the order of their indices. */
    <T> List<Output<T>> outputs(String port, Class<T> type);

    /**
     * A map that the runtime keeps for the operator, see {@link KeyedState}. The same one each time it is asked for.
     *
     * @throws IllegalArgumentException if the operator declares no such map, or one of other types
     */
    <K, V> Keyed<K, V> keyed(String name, Class<K> key, Class<V> value);

    /**
     * Watches a non-blocking channel with the section's poller. Readiness is told to the node's current instance, see
     * {@link Polling}; the watch outlives the instance that asked for it.
     *
     * @param channel in non-blocking mode, watched by no other section
     * @param operations the interest, of {@link java.nio.channels.SelectionKey}; 0 for none yet
     * @param subject what {@link Polling#ready} is told; of a class that outlives operator versions
     */
    Watch watch(SelectableChannel channel, int operations, Object subject);

    /**
     * Calls {@link Timed#expired} of the node's current instance once, after the delay.
     *
     * @param subject what {@code expired} is told; of a class that outlives operator versions
     */
    Timer timer(Duration delay, Object subject);

    /** Says that this instance has work outside the flow that it must outlive, such as an answer half written. */
    Lease lease();

    /** Says that a request begins here; whoever ends it closes what it gets. For any thread. */
    Beginning begin();

    /**
     * Says a fact about the node that people and tools want to see, such as {@code address = http://127.0.0.1:8080}. A later fact
     * of the same name replaces the earlier. For any thread.
     */
    void note(String name, String value);

    /** What an input port calls. */
    @FunctionalInterface
    interface Receiver<T> {
        void receive(T packet) throws Exception;
    }

    /** A timer that has not expired yet. */
    @ProviderType
    interface Timer {
        void cancel();
    }
}
