package neurath.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import neurath.api.Context;
import neurath.api.Default;
import neurath.api.In;
import neurath.api.Lease;
import neurath.api.Operator;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.Parameters;
import neurath.api.Source;
import neurath.api.Stateful;
import neurath.simulation.Piece.Request;

/** An operator of a simulated flow: it stamps pieces, and tells its {@link World} of everything. */
abstract class Worker implements Operator {
    final World world;
    final Version version;
    /** Which instance it is. */
    final int serial;
    /** Those that are put in later have greater ones; one that is put in again gets another. */
    int rank;
    Context context;
    Settings settings;
    boolean closed;
    /** All of its inputs have, or it has made all requests. */
    boolean ended;
    /** Its node was deleted. */
    boolean gone;
    private int leases;
    /** The values of all requests that the node has handled, if it keeps state. */
    long sum;
    String stamp = "";
    /** Which of several replicas it is, or 0. */
    int index;
    /** The state by key that it has: that of the instance before it, or one that began with an update. */
    int lineage;

    Worker(Version version) {
        this.version = version;
        this.world = version.world;
        this.serial = world.nextSerial();
        this.rank = serial;
    }

    /**
     * A node's parameters.
     *
     * @param id the same for ever, whatever the node is named
     * @param mark what distinguishes an operator that was given other parameters
     * @param pieces how many pieces of a request a joiner waits for
     * @param requests how many a source makes
     * @param key by what a counter counts
     */
    record Settings(int id, @Default("0") int mark, @Default("1") int pieces, @Default("0") int requests, @Default("lane") Key key) {}

    /** The state of most. */
    record Sum(long sum) {}

    /** The state of others, which has grown. */
    record Total(long sum, @Default("0") int rounds) {}

    /** The state of sources. */
    record Next(int next) {}

    @Override
    public void open(Context opened) {
        context = opened;
        settings = opened.parameters(Settings.class);
        stamp = version.kind.stamp(settings.id(), version.number, settings.mark());
        world.mayFail(Fault.OPEN);
        world.opened(this);
        bind();
    }

    @Override
    public void ended() {
        ended = true;
    }

    /** It is one of several that share pieces. */
    void sharesBy(Ways.Share share) {
        index = share.index();
        stamp += share;
    }

    int leases() {
        return leases;
    }

    /** Says that it has work outside. */
    Lease lease() {
        Lease lease = context.lease();
        leases++;
        return () -> {
            leases--;
            lease.close();
        };
    }

    @Override
    public void close() {
        if (leases > 0) {
            world.violation("what is out is closed when its work is done: " + this + " still has " + leases + " leases");
        }
        closed = true;
    }

    /** Asks for its ports. */
    abstract void bind();

    /** Handles a piece that was counted. */
    abstract void handle(Piece piece);

    final void takesPieces() {
        context.receive("IN", Piece.class, piece -> {
            world.taken(this, piece);
            sum += version.kind.stateful ? piece.request().value() : 0;
            handle(piece);
        });
    }

    final long giveSum() {
        world.mayFail(Fault.STATE);
        return sum;
    }

    final void takeSum(long taken) {
        world.mayFail(Fault.RESTORE);
        sum = taken;
    }

    @Override
    public String toString() {
        return stamp + " (instance " + serial + ")";
    }

    /** Keeps a {@link Sum}. */
    interface Summing extends Stateful<Sum> {
        Worker worker();

        @Override
        default void begin() {
            worker().world.mayFail(Fault.BEGIN);
        }

        @Override
        default Sum state() {
            return new Sum(worker().giveSum());
        }

        @Override
        default void restore(Sum state) {
            worker().takeSum(state.sum());
        }

        @Override
        default void discard() {
            worker().world.discarded(worker());
        }
    }

    @Parameters(Settings.class)
    @Out(value = "OUT", type = Piece.class)
    static final class Numbers extends Worker implements Source, Stateful<Next> {
        private Output<Piece> out;
        private int next;

        Numbers(Version version) {
            super(version);
        }

        @Override
        void bind() {
            out = context.output("OUT", Piece.class);
        }

        @Override
        public boolean produce() {
            if (next < settings.requests()) {
                Piece piece = new Piece(world, settings.id(), next++, stamp);
                world.emitted(this, piece);
                out.emit(piece);
            }
            return next < settings.requests();
        }

        @Override
        void handle(Piece piece) {
            throw new IllegalStateException("a source has no input");
        }

        @Override
        public void begin() {
            world.mayFail(Fault.BEGIN);
        }

        @Override
        public Next state() {
            world.mayFail(Fault.STATE);
            return new Next(next);
        }

        @Override
        public void restore(Next state) {
            world.mayFail(Fault.RESTORE);
            next = state.next();
        }
    }

    @Parameters(Settings.class)
    @In(value = "IN", type = Piece.class)
    @Out(value = "OUT", type = Piece.class)
    static class Box extends Worker {
        private Output<Piece> out;

        Box(Version version) {
            super(version);
        }

        @Override
        void bind() {
            out = context.output("OUT", Piece.class);
            takesPieces();
        }

        @Override
        void handle(Piece piece) {
            out.emit(piece.by(stamp));
        }

        public Worker worker() {
            return this;
        }
    }

    @Parameters(Settings.class)
    @In(value = "IN", type = Piece.class)
    @Out(value = "OUT", type = Piece.class)
    static final class Adder extends Box implements Summing {
        Adder(Version version) {
            super(version);
        }
    }

    @Parameters(Settings.class)
    @In(value = "IN", type = Piece.class)
    @Out(value = "OUT", type = Piece.class)
    static final class Tally extends Box implements Stateful<Total> {
        private int rounds;

        Tally(Version version) {
            super(version);
        }

        @Override
        public void begin() {
            world.mayFail(Fault.BEGIN);
        }

        @Override
        public Total state() {
            return new Total(giveSum(), rounds + 1);
        }

        @Override
        public void restore(Total state) {
            takeSum(state.sum());
            rounds = state.rounds();
        }

        @Override
        public void discard() {
            world.discarded(this);
        }
    }

    @Parameters(Settings.class)
    @In(value = "IN", type = Piece.class)
    @Out(value = "OUT", type = Piece.class, array = true)
    static class Router extends Worker {
        private List<Output<Piece>> outs = List.of();

        Router(Version version) {
            super(version);
        }

        @Override
        void bind() {
            outs = context.outputs("OUT", Piece.class);
            takesPieces();
        }

        @Override
        void handle(Piece piece) {
            int way = piece.request().choice(settings.id(), outs.size());
            outs.get(way).emit(piece.by(stamp + '[' + way + ']'));
        }

        public Worker worker() {
            return this;
        }
    }

    @Parameters(Settings.class)
    @In(value = "IN", type = Piece.class)
    @Out(value = "OUT", type = Piece.class, array = true)
    static final class Meter extends Router implements Summing {
        Meter(Version version) {
            super(version);
        }
    }

    @Parameters(Settings.class)
    @In(value = "IN", type = Piece.class)
    @Out(value = "OUT", type = Piece.class)
    static class Joiner extends Worker {
        private final Map<Request, List<String>> ways = new HashMap<>();
        private Output<Piece> out;

        Joiner(Version version) {
            super(version);
        }

        @Override
        void bind() {
            out = context.output("OUT", Piece.class);
            takesPieces();
        }

        @Override
        void handle(Piece piece) {
            List<String> come = ways.computeIfAbsent(piece.request(), ignored -> new ArrayList<>());
            come.add(piece.way());
            if (come.size() == settings.pieces()) {
                ways.remove(piece.request());
                out.emit(new Piece(world, piece.source(), piece.number(), Ways.joined(come)).by(stamp));
            }
        }

        public Worker worker() {
            return this;
        }
    }

    @Parameters(Settings.class)
    @In(value = "IN", type = Piece.class)
    @Out(value = "OUT", type = Piece.class)
    static final class Collator extends Joiner implements Summing {
        Collator(Version version) {
            super(version);
        }
    }

    @Parameters(Settings.class)
    @In(value = "IN", type = Piece.class)
    static class Sink extends Worker {
        Sink(Version version) {
            super(version);
        }

        @Override
        void bind() {
            takesPieces();
        }

        @Override
        void handle(Piece piece) {
            world.arrived(piece.by(stamp));
        }

        public Worker worker() {
            return this;
        }
    }

    @Parameters(Settings.class)
    @In(value = "IN", type = Piece.class)
    static final class Ledger extends Sink implements Summing {
        Ledger(Version version) {
            super(version);
        }
    }
}
