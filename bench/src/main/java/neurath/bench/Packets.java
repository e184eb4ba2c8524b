package neurath.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Pipe;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import neurath.api.Context;
import neurath.api.In;
import neurath.api.Operator;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.Polling;
import neurath.api.Source;
import neurath.api.Stateful;
import neurath.api.Step;
import neurath.api.Watch;

/** The packets of experiments, and operators that pass them on. */
final class Packets {
    private Packets() {}

    /**
     * A request on its way.
     *
     * @param number from 0, without gaps
     * @param due when it was to be sent, as of {@link System#nanoTime}
     * @param value what the operators made of it
     */
    record Packet(long number, long due, long value) {
        Packet with(long other) {
            return new Packet(number, due, other);
        }
    }

    /** Where packets from outside wait for the flow's entrance; it outlives the entrance's versions. */
    static final class Inbox implements AutoCloseable {
        private final Queue<Packet> packets = new ConcurrentLinkedQueue<>();
        private final Pipe pipe;
        private volatile Watch watch;

        Inbox() {
            try {
                pipe = Pipe.open();
                pipe.source().configureBlocking(false);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Hands a packet to the flow; waits for nothing. */
        void send(long number, long due) {
            packets.add(new Packet(number, due, number));
            watch.wake();
        }

        @Override
        public void close() throws IOException {
            pipe.source().close();
            pipe.sink().close();
        }
    }

    /** An entrance for an {@link Inbox}. */
    @Out(value = "OUT", type = Packet.class)
    static final class Feed implements Polling {
        private final Inbox inbox;
        private Output<Packet> out;

        Feed(Inbox inbox) {
            this.inbox = inbox;
        }

        @Override
        public void open(Context context) {
            out = context.output("OUT", Packet.class);
            inbox.watch = context.watch(inbox.pipe.source(), 0, "inbox");
        }

        @Override
        public void ready(Object subject, int operations) {
            for (Packet packet = inbox.packets.poll(); packet != null; packet = inbox.packets.poll()) {
                out.emit(packet);
            }
        }
    }

    /** An entrance that always has more: packets without a schedule. */
    @Out(value = "OUT", type = Packet.class)
    static final class Flood implements Source {
        private static final int BATCH = 64;
        private Output<Packet> out;
        private long next;

        @Override
        public void open(Context context) {
            out = context.output("OUT", Packet.class);
        }

        @Override
        public boolean produce() {
            for (int i = 0; i < BATCH; i++) {
                out.emit(new Packet(next, 0, next));
                next++;
            }
            return true;
        }
    }

    /** Adds one to the value. */
    static final class Increment implements Step<Packet, Packet> {
        @Override
        public Packet apply(Packet packet) {
            return packet.with(packet.value() + 1);
        }
    }

    /** Waits with every packet, as for an answer from elsewhere. */
    static final class Slow implements Step<Packet, Packet> {
        private final long nanos;

        Slow(long nanos) {
            this.nanos = nanos;
        }

        @Override
        public Packet apply(Packet packet) {
            Waiting.passNanos(nanos);
            return packet.with(packet.value() + 1);
        }
    }

    /** What a {@link Count} has counted. */
    record Counted(long packets) {}

    /** Adds one to the value, and counts over versions: its update holds the region. */
    @In(value = "IN", type = Packet.class)
    @Out(value = "OUT", type = Packet.class)
    static class Count implements Stateful<Counted> {
        private long packets;

        @Override
        public void open(Context context) throws Exception {
            Output<Packet> out = context.output("OUT", Packet.class);
            context.receive("IN", Packet.class, packet -> {
                packets++;
                out.emit(packet.with(packet.value() + 1));
            });
        }

        @Override
        public Counted state() throws Exception {
            return new Counted(packets);
        }

        @Override
        public void restore(Counted state) throws Exception {
            packets = state.packets();
        }
    }

    /** An exit that only counts, for throughput. */
    @In(value = "IN", type = Packet.class)
    static final class Drain implements Operator {
        private final AtomicLong taken;

        Drain(AtomicLong taken) {
            this.taken = taken;
        }

        @Override
        public void open(Context context) {
            context.receive("IN", Packet.class, packet -> taken.setOpaque(taken.getPlain() + 1));
        }
    }

    /** An exit where each packet is judged. */
    @In(value = "IN", type = Packet.class)
    static final class Arrive implements Operator {
        private final Arrivals arrivals;

        Arrive(Arrivals arrivals) {
            this.arrivals = arrivals;
        }

        @Override
        public void open(Context context) {
            context.receive("IN", Packet.class, arrivals::take);
        }
    }

    /** Names nodes {@code n1} to {@code nCount} in a row between two others, each an {@link Increment}. */
    static String row(Rig rig, int count, Supplier<Increment> constructor) {
        var text = new StringBuilder();
        for (int i = 1; i <= count; i++) {
            rig.fill("n" + i, Increment.class, constructor);
            text.append(" -> IN n").append(i).append("(n").append(i).append(") OUT");
        }
        return text.toString();
    }
}
