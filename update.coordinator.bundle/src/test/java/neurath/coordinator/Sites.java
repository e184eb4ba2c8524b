package neurath.coordinator;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import neurath.api.Context;
import neurath.api.Default;
import neurath.api.In;
import neurath.api.InitializedBy;
import neurath.api.Initializing;
import neurath.api.Operator;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.Parameters;
import neurath.api.Source;
import neurath.api.Stateful;
import neurath.api.Step;

/** Operators of tests that need time, or a flow, to become ready. */
final class Sites {
    private Sites() {}

    /** What an operator does to become ready. */
    @FunctionalInterface
    interface Warming {
        void warm(Initializing.Progress progress) throws Exception;
    }

    /** Appends a word, and becomes ready as a test says. */
    static final class Warm implements Step<String, String>, Initializing {
        final AtomicInteger initialized = new AtomicInteger();
        final CountDownLatch closed = new CountDownLatch(1);

        private final String word;
        private final Warming warming;
        private volatile boolean atWork;
        private volatile boolean closedAtWork;

        Warm(String word, Warming warming) {
            this.word = word;
            this.warming = warming;
        }

        @Override
        public void initialize(Progress progress) throws Exception {
            initialized.incrementAndGet();
            atWork = true;
            try {
                warming.warm(progress);
            } finally {
                atWork = false;
            }
        }

        @Override
        public String apply(String text) {
            return text + ' ' + word;
        }

        @Override
        public void close() {
            closedAtWork = atWork;
            closed.countDown();
        }

        boolean wasClosedAtWork() {
            return closedAtWork;
        }
    }

    /** The number of texts a {@link Ordered} has seen. */
    record Seen(int texts) {}

    /** Tells in which order it is called. */
    @In(value = "IN", type = String.class)
    @Out(value = "OUT", type = String.class)
    static final class Ordered implements Stateful<Seen>, Initializing {
        private final List<String> calls;
        private int texts;

        Ordered(List<String> calls) {
            this.calls = calls;
        }

        @Override
        public void open(Context context) {
            Output<String> out = context.output("OUT", String.class);
            context.receive("IN", String.class, text -> out.emit(text + ' ' + ++texts));
            calls.add("open");
        }

        @Override
        public void initialize(Progress progress) {
            calls.add("initialize");
        }

        @Override
        public void begin() {
            calls.add("begin");
        }

        @Override
        public Seen state() {
            return new Seen(texts);
        }

        @Override
        public void restore(Seen state) {
            texts = state.texts();
            calls.add("restore");
        }
    }

    record Settings(@Default("3") int pages) {}

    /** Appends the pages that its initial flow has given to it. */
    @InitializedBy("pages.fbp")
    @Parameters(Settings.class)
    @In(value = "PAGE", type = String.class)
    static class Site implements Step<String, String>, Initializing {
        private final List<String> pages = new ArrayList<>();
        private boolean isReady;

        @Override
        public void open(Context context) {
            context.receive("PAGE", String.class, this::take);
        }

        private void take(String page) {
            if (isReady) {
                throw new IllegalStateException("a page after it was ready");
            }
            pages.add(page);
        }

        @Override
        public void initialize(Progress progress) throws Exception {
            isReady = true;
        }

        @Override
        public String apply(String text) {
            return text + ' ' + pages;
        }
    }

    record Amount(@Default("3") int number) {}

    /** Emits p1, p2, … up to a number, then ends. */
    @Parameters(Amount.class)
    @Out(value = "OUT", type = String.class)
    static class Pages implements Source {
        private Output<String> out;
        private int number;
        private int emitted;

        @Override
        public void open(Context context) {
            out = context.output("OUT", String.class);
            number = context.parameters(Amount.class).number();
        }

        @Override
        public boolean produce() throws Exception {
            if (emitted < number) {
                out.emit("p" + ++emitted);
            }
            return emitted < number;
        }
    }

    /** Emits one page and never comes to an end. */
    @Parameters(Amount.class)
    @Out(value = "OUT", type = String.class)
    static final class Silent implements Operator {
        @Override
        public void open(Context context) {
            context.output("OUT", String.class);
        }
    }

    /** Puts a mark behind each page. */
    static class Mark implements Step<String, String> {
        @Override
        public String apply(String page) throws Exception {
            return page + '!';
        }
    }

    /** Takes the pages to a port where no arc leads on. */
    @In(value = "IN", type = String.class)
    @Out(value = "OUT", type = String.class)
    @Out(value = "REST", type = String.class)
    static final class Spilling implements Operator {
        @Override
        public void open(Context context) {
            Output<String> rest = context.output("REST", String.class);
            context.receive("IN", String.class, rest::emit);
        }
    }
}
