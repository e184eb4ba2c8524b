package neurath.engine;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.nio.channels.Pipe;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import neurath.api.Context;
import neurath.api.In;
import neurath.api.Operator;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.Polling;
import neurath.api.RunsBlocking;
import neurath.api.Source;
import neurath.api.Step;
import neurath.api.Watch;

/** Small operators on numbers for tests. */
final class Operators {
    private Operators() {}

    /** Emits 0, 1, 2, … up to a limit, one a call. */
    @Out(value = "OUT", type = Integer.class)
    static final class Numbers implements Source {
        final AtomicInteger next = new AtomicInteger();
        private final int limit;
        private Output<Integer> out;

        Numbers(int limit) {
            this.limit = limit;
        }

        @Override
        public void open(Context context) {
            out = context.output("OUT", Integer.class);
        }

        @Override
        public boolean produce() {
            if (next.get() < limit) {
                out.emit(next.getAndIncrement());
            }
            return next.get() < limit;
        }
    }

    /** An entrance that a test feeds from its own thread. */
    @Out(value = "OUT", type = Integer.class)
    static final class Feed implements Polling {
        private final Queue<Integer> fed = new ConcurrentLinkedQueue<>();
        private final Pipe pipe = Loopback.pipe();
        private Output<Integer> out;
        private Watch watch;

        @Override
        public void open(Context context) {
            out = context.output("OUT", Integer.class);
            watch = context.watch(pipe.source(), 0, "feed");
        }

        void feed(int packet) {
            fed.add(packet);
            watch.wake();
        }

        @Override
        public void ready(Object subject, int operations) {
            for (Integer packet = fed.poll(); packet != null; packet = fed.poll()) {
                out.emit(packet);
            }
        }

        @Override
        public void close() throws Exception {
            pipe.source().close();
            pipe.sink().close();
        }
    }

    /** Applies a function to each number. */
    static class Apply implements Step<Integer, Integer> {
        private final IntUnaryOperator function;

        Apply(IntUnaryOperator function) {
            this.function = function;
        }

        @Override
        public Integer apply(Integer packet) {
            return function.applyAsInt(packet);
        }
    }

    /** The same on a platform thread. */
    @RunsBlocking
    static final class ApplyBlocking extends Apply {
        ApplyBlocking(IntUnaryOperator function) {
            super(function);
        }
    }

    /** Gives what comes to a test. */
    @In(value = "IN", type = Object.class)
    static final class Sink implements Operator {
        private final Consumer<Object> taker;

        Sink(Consumer<Object> taker) {
            this.taker = taker;
        }

        @Override
        public void open(Context context) {
            context.receive("IN", Object.class, taker::accept);
        }
    }
}
