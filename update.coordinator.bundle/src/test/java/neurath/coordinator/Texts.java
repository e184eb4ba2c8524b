package neurath.coordinator;

import java.io.IOException;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import neurath.api.Context;
import neurath.api.In;
import neurath.api.Keyed;
import neurath.api.KeyedState;
import neurath.api.KeyedTransfer;
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
        public long size() {
            return 1;
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

    /** How often a {@link Tally} has seen a text. */
    public record Seen(int times) {}

    /** Appends a word and how often the text came, over versions. */
    @In(value = "IN", type = String.class)
    @Out(value = "OUT", type = String.class)
    @KeyedState(name = "seen", key = String.class, value = Seen.class)
    public static class Tally implements Operator {
        private final String word;

        public Tally(String word) {
            this.word = word;
        }

        @Override
        public void open(Context context) throws Exception {
            Keyed<String, Seen> seen = context.keyed("seen", String.class, Seen.class);
            Output<String> out = context.output("OUT", String.class);
            context.receive("IN", String.class, text -> out.emit(text + ' ' + word
                    + seen.merge(text, new Seen(1), (a, b) -> new Seen(a.times() + b.times())).times()));
        }
    }

    /** The same as {@link Seen}, in other words. */
    public record Marks(String marks) {}

    /** A {@link Tally} that makes a mark for each time. */
    @In(value = "IN", type = String.class)
    @Out(value = "OUT", type = String.class)
    @KeyedState(name = "seen", key = String.class, value = Marks.class, transferredBy = {ToMarks.class, FromMarks.class})
    public static class Marking implements Operator {
        @Override
        public void open(Context context) throws Exception {
            Keyed<String, Marks> seen = context.keyed("seen", String.class, Marks.class);
            Output<String> out = context.output("OUT", String.class);
            context.receive("IN", String.class, text -> out.emit(text + ' '
                    + seen.merge(text, new Marks("|"), (a, b) -> new Marks(a.marks() + b.marks())).marks()));
        }
    }

    /** Cannot take the text {@code bad}, never gets done with {@code endless}, and takes its time for {@code slow1}, {@code slow2}, … */
    public static final class ToMarks implements KeyedTransfer<String, Seen, Marks> {
        static final Duration SLOW = Duration.ofMillis(200);

        @Override
        public Marks entry(String key, Seen old) throws Exception {
            if (key.startsWith("bad")) {
                throw new IllegalArgumentException("no marks for it");
            } else if (key.startsWith("endless")) {
                new CountDownLatch(1).await();
            } else if (key.startsWith("slow")) {
                LockSupport.parkNanos(SLOW.toNanos());
            }
            return new Marks("|".repeat(old.times()));
        }
    }

    public static final class FromMarks implements KeyedTransfer<String, Marks, Seen> {
        @Override
        public Seen entry(String key, Marks old) {
            return new Seen(old.marks().length());
        }
    }
}
