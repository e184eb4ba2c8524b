package neurath.simulation;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import neurath.engine.Signature;

/** A type of operator. Versions of one kind differ in the stamp only. */
@SuppressWarnings("ImmutableEnumChecker") // signatures do not change
enum Kind {
    SOURCE(Role.SOURCE, true, Worker.Numbers.class, Worker.Numbers::new),
    FEED(Role.SOURCE, true, Worker.Numbers.class, Worker.Numbers::new),
    BOX(Role.BOX, false, Worker.Box.class, Worker.Box::new),
    CRATE(Role.BOX, false, Worker.Box.class, Worker.Box::new),
    ADDER(Role.BOX, true, Worker.Adder.class, Worker.Adder::new),
    TALLY(Role.BOX, true, Worker.Tally.class, Worker.Tally::new),
    ROUTER(Role.ROUTER, false, Worker.Router.class, Worker.Router::new),
    METER(Role.ROUTER, true, Worker.Meter.class, Worker.Meter::new),
    JOINER(Role.JOINER, false, Worker.Joiner.class, Worker.Joiner::new),
    COLLATOR(Role.JOINER, true, Worker.Collator.class, Worker.Collator::new),
    SINK(Role.SINK, false, Worker.Sink.class, Worker.Sink::new),
    LEDGER(Role.SINK, true, Worker.Ledger.class, Worker.Ledger::new),
    COUNTER(Role.COUNTER, false, Counting.Counter.class, Counting.Counter::new),
    CENSUS(Role.COUNTER, false, Counting.Census.class, Counting.Census::new),
    GATE(Role.GATE, false, Gate.class, Gate::new),
    TOLL(Role.GATE, true, Gate.Toll.class, Gate.Toll::new);

    /** What a node does with a piece. */
    enum Role {
        /** Makes requests. */
        SOURCE,
        /** Sends each on along all of its arcs. */
        BOX,
        /** Sends each along one element of its output, which the request decides. */
        ROUTER,
        /** Waits for all pieces of a request, and sends on one. */
        JOINER,
        /** Takes them out of the flow. */
        SINK,
        /** Sends each on like a box, and counts by a key. */
        COUNTER,
        /** Sends each round again as often as the request says, and then on. */
        GATE
    }

    final Role role;
    /** Keeps a state that is not by key. */
    final boolean stateful;
    final Signature signature;
    final Function<Version, Worker> constructor;

    Kind(Role role, boolean stateful, Class<? extends Worker> type, Function<Version, Worker> constructor) {
        this.role = role;
        this.stateful = stateful;
        this.signature = Signature.of(type);
        this.constructor = constructor;
    }

    /** Those of a role. */
    static List<Kind> of(Role role) {
        return Arrays.stream(values()).filter(kind -> kind.role == role).toList();
    }

    /** Its type name in graphs. */
    String operator() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** What a version of it stamps with, at a node that keeps its id whatever it is named. */
    String stamp(int id, int version, int mark) {
        return id + "." + operator() + version + (mark == 0 ? "" : "'" + mark);
    }
}
