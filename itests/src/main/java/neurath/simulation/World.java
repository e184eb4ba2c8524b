package neurath.simulation;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import neurath.api.Lease;
import neurath.simulation.Piece.Request;

/** What one run leaves outside of the engine: all that operators saw, and what they were not to see. */
final class World {
    final Map<Integer, Integer> emitted = new TreeMap<>();
    final List<Piece> arrivals = new ArrayList<>();
    final Map<Integer, Long> handledSums = new TreeMap<>();
    final Map<Integer, Long> discardedSums = new TreeMap<>();
    /** Requests that lost a piece, for a reason that is none of the protocol's. */
    final Set<Request> maimed = new LinkedHashSet<>();
    final List<String> violations = new ArrayList<>();
    final List<Worker> workers = new ArrayList<>();
    final EnumMap<Fault, Integer> failed = new EnumMap<>(Fault.class);
    final Counts counts = new Counts(this);

    private final List<Lease> leases = new ArrayList<>();
    private final boolean traces;
    private final List<String> trace = new ArrayList<>();
    private final Map<List<Object>, Version> versions = new LinkedHashMap<>();
    /** The greatest ranks that had a call, of nodes and their replicas. */
    private final Map<List<Integer>, Integer> latest = new HashMap<>();
    private Fault armed = Fault.NONE;
    private int countdown;
    private int serial;
    private int steps;
    /** The nodes that a marker holds, while it does. */
    private Set<Integer> held = Set.of();
    private int takenBesideAHold;
    /** An update led an arc to a node that had ended. */
    private boolean leadsToAnEnd;

    World(boolean traces) {
        this.traces = traces;
    }

    Version version(Kind kind, int number) {
        return versions.computeIfAbsent(List.of(kind, number), ignored -> new Version(this, kind, number));
    }

    List<Version> versions() {
        return List.copyOf(versions.values());
    }

    int nextSerial() {
        return ++serial;
    }

    void violation(String what) {
        trace("VIOLATION " + what);
        violations.add(what);
    }

    /** Says what happens, for people. */
    void trace(String what) {
        if (traces) {
            trace.add(steps + "  " + what);
        }
    }

    List<String> trace() {
        return trace;
    }

    void stepped(int now) {
        steps = now;
    }

    // ---- faults ----

    /** Has something fail, the {@code count}th time it is tried from now. */
    void arm(Fault fault, int count) {
        armed = fault;
        countdown = count;
    }

    void disarm() {
        armed = Fault.NONE;
    }

    void mayFail(Fault fault) {
        if (armed == fault && countdown-- == 0) {
            armed = Fault.NONE;
            failed.merge(fault, 1, Integer::sum);
            trace(fault + " fails");
            throw new Injected(fault);
        }
    }

    /** A failure that was asked for. */
    static final class Injected extends RuntimeException {
        private static final long serialVersionUID = 1;

        Injected(Fault fault) {
            super(fault + " was to fail", null, false, false);
        }
    }

    /** What operators have to do outside is done. */
    void giveLeasesBack() {
        leases.forEach(Lease::close);
        leases.clear();
    }

    // ---- what operators tell ----

    void opened(Worker worker) {
        workers.add(worker);
    }

    void emitted(Worker worker, Piece piece) {
        called(worker, "emits " + piece.request());
        int expected = emitted.getOrDefault(piece.source(), 0);
        if (piece.number() != expected) {
            violation("a source's state is handed over: " + worker + " makes " + piece.request() + " and " + expected + " would follow");
        }
        emitted.put(piece.source(), piece.number() + 1);
    }

    void taken(Worker worker, Piece piece) {
        called(worker, "takes " + piece);
        mayFail(Fault.PACKET);
        if (worker.version.kind.stateful) {
            handledSums.merge(worker.settings.id(), piece.request().value(), Long::sum);
        }
        if (!held.isEmpty() && !held.contains(worker.settings.id())) {
            takenBesideAHold++;
        }
    }

    void arrived(Piece piece) {
        arrivals.add(piece);
    }

    void discarded(Worker worker) {
        trace(worker + " discards its state " + worker.sum);
        discardedSums.merge(worker.settings.id(), worker.sum, Long::sum);
    }

    void dropped(Piece piece, Throwable reason) {
        trace("dropped: " + piece + ": " + reason.getMessage());
        String why = String.valueOf(reason.getMessage());
        boolean allowed = reason instanceof Injected
                || leadsToAnEnd && (why.endsWith("has ended and takes no more") || why.endsWith("has ended; nothing follows the end"));
        if (!allowed) {
            violation("I2, nothing is lost: " + piece + " was dropped: " + reason);
        }
        maimed.add(piece.request());
    }

    private void called(Worker worker, String what) {
        trace(worker + " " + what);
        if (worker.closed) {
            violation("I6, a retired instance gets no call: " + worker + " " + what);
        }
        List<Integer> place = List.of(worker.settings.id(), worker.index);
        if (latest.getOrDefault(place, 0) > worker.rank) {
            violation("I3, one version of each node: " + worker + " " + what + " after a later instance had begun");
        }
        latest.put(place, worker.rank);
        if (armed == Fault.LEASE && worker.leases() == 0) {
            failed.merge(Fault.LEASE, 1, Integer::sum);
            leases.add(worker.lease());
        }
    }

    /** Nodes get arcs; what had ended takes nothing from these. */
    void connected(Set<Integer> nodes, IntPredicate haveEnded) {
        leadsToAnEnd |= nodes.stream().anyMatch(haveEnded::test);
    }

    /** Whether requests may end at a node that had. */
    boolean leadsToAnEnd() {
        return leadsToAnEnd;
    }

    /** Whether a node has seen its last packet, at a moment when nothing is being retired. */
    boolean hasEnded(int id) {
        return workers.stream().filter(worker -> worker.settings.id() == id).anyMatch(worker -> worker.ended && !worker.gone);
    }

    /** The same of one that an update may have taken out. */
    boolean hadEnded(int id) {
        return workers.stream().anyMatch(worker -> worker.settings.id() == id && worker.ended);
    }

    // ---- holds ----

    void held(Set<Integer> nodes) {
        held = nodes;
    }

    int takenBesideAHold() {
        return takenBesideAHold;
    }
}
