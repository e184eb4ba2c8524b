package neurath.coordinator;

import java.io.IOException;
import java.nio.channels.Pipe;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import neurath.api.Context;
import neurath.api.In;
import neurath.api.Operator;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.Polling;
import neurath.api.Stateful;
import neurath.api.Step;
import neurath.api.Watch;

/** Operators of tests that pass texts on and put a word behind them. */
public final class Texts {
    private Texts() {}

    /** An entrance that a test feeds: what is offered is emitted. */
    @Out(value = "OUT", type = String.class)
    public static final class Feed implements Polling {
        private final Inbox inbox;
        private Output<String> out;

        public Feed(Inbox inbox) {
            this.inbox = inbox;
        }

        @Override
        public void open(Context context) throws Exception {
            out = context.output("OUT", String.class);
            inbox.pipe.source().configureBlocking(false);
            inbox.watch = context.watch(inbox.pipe.source(), 0, inbox);
        }

        @Override
        public void ready(Object subject, int operations) {
            for (String text = inbox.texts.poll(); text != null; text = inbox.texts.poll()) {
                out.emit(text);
            }
        }
    }

    /** What a test offers to a {@link Feed}. */
    public static final class Inbox implements AutoCloseable {
        private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
        private final Pipe pipe;
        private volatile Watch watch;

        public Inbox() throws IOException {
            pipe = Pipe.open();
        }

        public void offer(String text) {
            texts.add(text);
            watch.wake();
        }

        @Override
        public void close() throws IOException {
            pipe.source().close();
            pipe.sink().close();
        }
    }

    /** Appends a word. */
    public static class Say implements Step<String, String> {
        private final String word;

        public Say(String word) {
            this.word = word;
        }

        @Override
        public String apply(String text) throws Exception {
            return text + ' ' + word;
        }
    }

    /** What a {@link Count} has counted. */
    public record Counted(int count) {}

    /** Appends a word and a number that goes up, over versions. */
    @In(value = "IN", type = String.class)
    @Out(value = "OUT", type = String.class)
    public static class Count implements Stateful<Counted> {
        private final String word;
        private int count;

        public Count(String word) {
            this.word = word;
        }

        @Override
        public void open(Context context) throws Exception {
            Output<String> out = context.output("OUT", String.class);
            context.receive("IN", String.class, text -> out.emit(text + ' ' + word + ++count));
        }

        @Override
        public Counted state() throws Exception {
            return new Counted(count);
        }

        @Override
        public void restore(Counted state) throws Exception {
            count = state.count();
        }
    }

    /** A count whose shape nothing fits. */
    public record Other(String text, int missing) {}

    /** Keeps another state than {@link Count}. */
    @In(value = "IN", type = String.class)
    @Out(value = "OUT", type = String.class)
    public static final class Misfit implements Stateful<Other> {
        @Override
        public Other state() {
            return new Other("", 0);
        }

        @Override
        public void restore(Other state) {}
    }

    /** Waits on every text until it is let go. */
    public static final class Stuck implements Step<String, String> {
        private final CountDownLatch entered;
        private final CountDownLatch letGo;

        public Stuck(CountDownLatch entered, CountDownLatch letGo) {
            this.entered = entered;
            this.letGo = letGo;
        }

        @Override
        public String apply(String text) throws Exception {
            entered.countDown();
            letGo.await();
            return text + " stuck";
        }
    }

    /** Takes numbers where others emit texts. */
    public static final class Numbers implements Step<Integer, String> {
        @Override
        public String apply(Integer number) {
            return number.toString();
        }
    }

    /** An exit that a test reads. */
    @In(value = "IN", type = String.class)
    public static final class Collect implements Operator {
        private final BlockingQueue<String> texts;

        public Collect(BlockingQueue<String> texts) {
            this.texts = texts;
        }

        @Override
        public void open(Context context) {
            context.receive("IN", String.class, texts::add);
        }
    }
}
