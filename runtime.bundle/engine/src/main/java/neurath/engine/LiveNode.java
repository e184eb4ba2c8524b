package neurath.engine;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import neurath.api.Context.Receiver;
import neurath.api.Polling;
import neurath.api.SelfTest;
import neurath.api.Source;
import neurath.api.Timed;
import neurath.engine.Signature.ThreadKind;
import neurath.events.Event;

/**
 * A node of a running flow: the place that one instance after the other fills. All methods are for the section's thread, but for those
 * that say otherwise.
 *
 * <p>What handles packets is swapped by the section's own thread between two of them ({@link Inlet#receiver}, a plain field). Nothing
 * asks a packet for its epoch: the marker is seen because it lies on the arc.
 */
final class LiveNode {
    final Flow flow;
    final Placement placement = new Placement(this);
    final Mailbox mailbox = new Mailbox(this);
    final Timers timers = new Timers();
    final Passage passage = new Passage(this);
    final Failures failures = new Failures(this);
    private final Overflow overflow = new Overflow(this);

    /** Packets taken, emitted, and filtered by a step. Written by the section only. */
    final AtomicLong taken = new AtomicLong();

    final AtomicLong emitted = new AtomicLong();
    final AtomicLong filtered = new AtomicLong();
    /** Nanoseconds of work; about right where its section has other nodes. */
    private final AtomicLong worked = new AtomicLong();

    private final Map<String, String> notes = new ConcurrentHashMap<>();
    private final Set<Watched> toWake = new HashSet<>();

    private volatile boolean abandoned;
    /** Packets it had taken when its present turn began. */
    private volatile long takenBefore;
    /** The arc it waits for room on, or {@code null}. */
    private volatile Ring full;
    /** It has its turn, or is handed a packet. */
    private boolean isAtWork;
    /** Packets it was handed. */
    private int handed;
    /** Takes nothing more in this turn. */
    private boolean pauses;

    private volatile String name;
    private volatile Ports ports;
    /** Written by the section, as {@code ports}. */
    private volatile Loop loop;
    private volatile Instance instance;
    private volatile String held;
    /** Nothing more is to come from outside. */
    private boolean cutOff;
    private boolean ending;
    private boolean ended;
    private boolean exhausted;
    private boolean freshThread;
    /** An instance was put in. */
    private boolean begun;
    /** The node is not part of the flow any more, or was never to be. */
    private volatile boolean gone;
    private boolean closed;

    LiveNode(Flow flow, String name) {
        this.flow = flow;
        this.name = name;
        this.ports = new Ports(this, List.of(), List.of());
    }

    /** Puts the first instance in, before the section starts. */
    void begin(Instance first, Ports firstPorts, Loop firstLoop) {
        ports = firstPorts;
        loop = firstLoop;
        putIn(first);
    }

    /** The first instance is put in by a marker; until then the section takes nothing. Before the section starts. */
    void await(Instance first, Ports firstPorts, Marker marker) {
        ports = firstPorts;
        instance = first;
        passage.freezeUntil(marker);
    }

    // ---- for any thread ----

    /** Has something done by its section between two packets. */
    void post(Runnable order) {
        mailbox.post(order);
    }

    /** Whether it was closed, and takes nothing more. */
    boolean isOver() {
        return mailbox.isClosed();
    }

    /** Ends its section without finishing. */
    void abandon() {
        abandoned = true;
        placement.abandon();
    }

    boolean isAbandoned() {
        return abandoned;
    }

    /** The node it waits for, to make room on an arc, or {@code null}. */
    LiveNode blockedBy() {
        Ring ring = full;
        return ring == null ? null : ring.to;
    }

    /** Packets it had taken when its present turn began. */
    long takenBefore() {
        return takenBefore;
    }

    /** It stands for one that had ended, and ends as soon as it is put in. Before its section starts. */
    void comesEnded() {
        ending = true;
    }

    // ---- what it is; for any thread ----

    String name() {
        return name;
    }

    /** {@code web-server/load}. */
    String path() {
        return flow.name() + '/' + name;
    }

    /** {@code web-server/load@1.0.0}. */
    String label() {
        return path() + '@' + instance.version().version();
    }

    /** The ends of its arcs. */
    Ports ports() {
        return ports;
    }

    /** The loop it is in, or {@code null}. */
    Loop loop() {
        return loop;
    }

    boolean isInLoopWith(LiveNode other) {
        return loop != null && loop.contains(other);
    }

    boolean isSource() {
        return instance.operator() instanceof Source;
    }

    /** An update gives the node another name. */
    void rename(String next) {
        name = next;
    }

    Instance instance() {
        return instance;
    }

    ThreadKind threadKind() {
        return instance.version().signature().thread();
    }

    void note(String fact, String value) {
        notes.put(fact, value);
        flow.noted(this, fact, value);
    }

    Map<String, String> notes() {
        return Map.copyOf(notes);
    }

    /** How many packets it has taken of which not all is out that it emits for them, as far as its operator tells. For any thread. */
    int unfinished() {
        Instance now = instance;
        return now.version().signature().inLaterCalls() ? now.leases() : 0;
    }

    String heldBecause() {
        return held;
    }

    // ---- the section's steps ----

    /** A section takes it, and works it from here on. */
    void enter(Section next) {
        placement.enter(next);
        isWorkedHere();
    }

    /** Its section goes on with the caller's thread. */
    void isWorkedHere() {
        instance.isWorkedHere();
    }

    /** The class loader its section's thread has while it has its turn; {@code null} for none. */
    ClassLoader loader() {
        return instance.code().loader();
    }

    /** Whether it is to go on in another section. */
    boolean isToLeave(Section now) {
        return placement.isToLeave(now) && overflow.isEmpty();
    }

    /** Puts an item on an arc. */
    void put(Ring ring, Object item) {
        placement.section().put(ring, item);
    }

    /** An item has to wait for room, and the section does not. */
    void overflow(Ring ring, Object item) {
        overflow.add(ring, item);
        pauses = true;
        full = overflow.first();
    }

    void awaitsRoomOn(Ring ring) {
        full = ring;
    }

    /** Its turn, but for readiness and timers; whether there was anything to do. */
    boolean work(int batch) {
        takenBefore = taken.getPlain();
        pauses = false;
        isAtWork = true;
        try {
            if (!overflow.isEmpty() && !goOn()) {
                return false;
            }
            boolean obeyed = overflow.isEmpty() && mailbox.obey();
            return overflow.isEmpty() && take(batch) || obeyed;
        } finally {
            isAtWork = false;
        }
    }

    private boolean goOn() {
        boolean worked = overflow.goOn();
        full = overflow.first();
        if (full == null) {
            wakeLate();
        }
        return worked;
    }

    /** Whether it takes a packet that an arc from a node of its section would have next. */
    boolean takesNext(Inlet inlet) {
        return !isAtWork && !pauses && inlet.takesNext() && overflow.isEmpty() && !suspended();
    }

    /** It is handed a packet; whether that is the one of {@code many} to be measured. */
    boolean isHandedOne(int many) {
        handed++;
        return handed % many == 0;
    }

    /** Its work took so much time. */
    void hasWorked(long nanos) {
        worked.setOpaque(worked.getPlain() + nanos);
    }

    /** Nanoseconds of work. For any thread. */
    long worked() {
        return Math.max(0, worked.getOpaque());
    }

    /** Is handed a packet instead of taking it from the arc. */
    void takeAtOnce(Inlet inlet, Object packet) {
        isAtWork = true;
        try {
            deliver(inlet, packet);
        } finally {
            isAtWork = false;
        }
    }

    /** Takes up to {@code batch} items from each arc; whether there was anything to do. */
    boolean take(int batch) {
        boolean worked = passage.hasFinished();
        if (worked) {
            passage.goOnAsFinished();
        }
        List<Inlet> inlets = ports.inlets();
        for (int i = 0; i < inlets.size(); i++) {
            Inlet inlet = inlets.get(i);
            worked |= inlet.blocked ? makeRoom(inlet) : !inlet.held && drain(inlet, batch);
        }
        if (mayProduce()) {
            produce();
            worked = true;
        }
        if (mayEnd()) {
            end();
            worked = true;
        }
        return worked;
    }

    boolean hasWork() {
        if (!overflow.isEmpty()) {
            return overflow.mayGoOn();
        }
        boolean suspended = suspended();
        return !mailbox.isEmpty() || ports.haveWork(suspended) || mayProduce() || mayEnd() || isFinished()
                || passage.hasFinished();
    }

    /** Takes no packet, readiness or timer for now. */
    boolean suspended() {
        return passage.isFrozen() || held != null || gone;
    }

    /** Takes no readiness or timer for now: nothing that did not come by an arc. */
    boolean waitsForArcs() {
        return suspended() || passage.isDraining() || !overflow.isEmpty();
    }

    boolean isGone() {
        return gone;
    }

    boolean hasEnded() {
        return ended;
    }

    boolean isFinished() {
        return overflow.isEmpty() && (gone || ended && instance.leases() == 0 && !passage.isFrozen());
    }

    boolean wantsFreshThread() {
        boolean wants = freshThread;
        freshThread = false;
        return wants;
    }

    void ready(Watched watched, int operations) {
        if (!(instance.operator() instanceof Polling polling)) {
            watched.cancel();
            failures.drop(watched.subject, new IllegalStateException(label() + " waits for no channels any more"));
            return;
        }
        try {
            polling.ready(watched.subject, operations);
        } catch (Throwable t) {
            failures.failed(watched.subject, t);
        }
    }

    void expired(Object subject) {
        if (!(instance.operator() instanceof Timed timed)) {
            return;
        }
        try {
            timed.expired(subject);
        } catch (Throwable t) {
            failures.failed(subject, t);
        }
    }

    /** What the operator says is wrong, if anything is. */
    Optional<String> test() {
        if (closed || !(instance.operator() instanceof SelfTest operator)) {
            return Optional.empty();
        }
        try {
            operator.test();
            return Optional.empty();
        } catch (Throwable t) {
            return Optional.of(label() + " says that it is not well: " + (t.getMessage() == null ? t.toString() : t.getMessage()));
        }
    }

    /** The last thing its section does for it. */
    void finish(boolean abandoned) {
        Thread.interrupted(); // it ended the section, and must not disturb what operators do to close
        try {
            close(abandoned);
            ports.wakeNeighbours();
        } catch (Throwable t) {
            flow.sectionFailed(this, t);
        }
        mailbox.close(() -> ports.inlets().forEach(inlet -> inlet.ring.from.placement.wake()));
        flow.sectionOver(this);
    }

    private void close(boolean abandoned) {
        if (abandoned) {
            overflow.abandon();
            ports.inlets().forEach(failures::dropAll);
        }
        closed = true;
        ports.adaptations().forEach(Adaptation::release);
        if (gone) {
            return; // whoever made the marker retires the instance
        }
        instance.leave();
        if (begun) {
            instance.discard();
        }
        instance.dismiss();
    }

    // ---- orders ----

    /** No more is to come from outside: finishes as if all inputs had ended. */
    void endOfInput() {
        cutOff = true;
        ending |= loop == null;
        endLoopIfCutOff();
    }

    /** A loop has nothing in it, and nothing comes into it. An update may have led the node out of it meanwhile. */
    void endLoop(Loop over) {
        if (loop == over) {
            ports.endInside(over);
            ending = true;
        }
    }

    /** Where nothing comes in from outside the node's loop any more, or the node has ended before it came into one, the loop is told. */
    void endLoopIfCutOff() {
        if (loop == null) {
            return;
        }
        boolean cut = loop.hasEntrance() ? ports.haveEndedOutside(loop) && !(isSource() && !exhausted) : cutOff;
        if (cut || cutOff) {
            loop.cutOff(this);
        }
    }

    void hold(String reason) {
        if (held == null) {
            flow.publish(at -> new Event.NodeHeld(at, flow.name(), name, reason));
        }
        held = reason;
    }

    void resume() {
        if (held != null) {
            held = null;
            flow.publish(at -> new Event.NodeResumed(at, flow.name(), name));
            wakeLate();
        }
    }

    void wakeLater(Watched watched) {
        toWake.add(watched);
    }

    /**
     * A marker brings what the node is to be from here on, between two packets: other arcs, another instance, its first one, or its
     * leave. Whether another instance is in now; a node that has closed needs none any more.
     */
    boolean turn(Part part) {
        loop = part.loop();
        boolean another = take(part);
        endLoopIfCutOff();
        if (part.section() != null && !closed) {
            placement.moveTo(part.section());
            pauses = true;
        }
        return another;
    }

    private boolean take(Part part) {
        switch (part.role()) {
            case JOINS -> putIn(part.successor());
            case LEAVES -> leave();
            case STAYS -> {
                if (part.next() != null) {
                    rewire(part.next(), part.successor() == null);
                }
                return part.successor() != null && swap(part.successor());
            }
        }
        return part.role() == Part.Role.JOINS;
    }

    /** A marker that was to bring the first instance was cancelled. */
    void stayAway() {
        gone = true;
    }

    private boolean swap(Instance successor) {
        if (closed) {
            var _ = successor.retireUnused();
            return false;
        }
        instance.leave();
        putIn(successor);
        pauseForFreshThread();
        return true;
    }

    private void putIn(Instance next) {
        instance = next;
        begun = true;
        next.rewire(ports); // it may have been out while the arcs changed
        setReceivers();
        next.enter();
    }

    private void leave() {
        instance.leave();
        gone = true;
        pauseForFreshThread();
    }

    private void pauseForFreshThread() {
        pauses = true;
        freshThread = true;
    }

    /**
     * Changes to other arcs. Those that go are empty: the marker, or the end, was the last thing on them. On those that come lies nothing
     * of the old epoch.
     */
    private void rewire(Ports next, boolean instanceStays) {
        ports.wakeNeighbours();
        ports.inlets().stream().filter(inlet -> !next.inlets().contains(inlet)).forEach(this::abandon);
        List<Ring> before = ports.outgoing();
        ports = next;
        if (ended) {
            next.inlets().forEach(LiveNode::takeNothingFrom);
            next.outgoing().stream().filter(ring -> !before.contains(ring)).forEach(ring -> put(ring, End.END));
        } else if (!next.inlets().isEmpty()) {
            ending = next.allEnded() || loop == null && (cutOff || exhausted);
        }
        if (instanceStays) {
            instance.rewire(next);
            setReceivers();
        }
        pauseForFreshThread(); // what was being drained may be no arc of this node any more
    }

    /** An arc is gone. If something lies on it, that was put there after this node had ended, or else was not to be there. */
    private void abandon(Inlet inlet) {
        if (ended || inlet.ended) {
            takeNothingFrom(inlet);
            failures.dropUnwanted(inlet);
        } else if (!inlet.isDrained()) {
            flow.sectionFailed(this, new IllegalStateException(
                    inlet.ring.size() + " items lie on the arc from " + inlet.ring.from.name() + " that was removed"));
        }
    }

    /** The node has ended, or the arc's producer, and an arc comes to it or goes. Its producer may wait for room already. */
    private static void takeNothingFrom(Inlet inlet) {
        inlet.ended = true;
        inlet.ring.unwanted = true;
        inlet.ring.from.placement.wake();
    }

    private void setReceivers() {
        for (Inlet inlet : ports.inlets()) {
            Receiver<Object> receiver = instance.receiver(inlet.port.name());
            inlet.receiver = ports.adaptation(inlet)
                    .map(adaptation -> adaptation.before(receiver, instance.version().signature().inputs().get(inlet.port.name()).type()))
                    .orElse(receiver);
        }
    }

    void wakeLate() {
        toWake.forEach(Watched::wakeNow);
        toWake.clear();
    }

    // ---- packets ----

    private boolean makeRoom(Inlet inlet) {
        boolean made = inlet.spill();
        if (made) {
            passage.spilled(inlet.spilled());
        }
        return made;
    }

    /** Between two packets only {@link #pauses} can become another and a call can come; all else that keeps packets waiting comes by a control item. */
    private boolean drain(Inlet inlet, int batch) {
        Section section = placement.section();
        boolean takes = takes(inlet);
        int n = 0;
        while (n < batch && takes && !pauses && !section.isCalled(n)) {
            Object item = inlet.poll();
            if (item == null) {
                break;
            }
            n++;
            inlet.ring.wakeProducerAtHalf();
            if (item instanceof Control control) {
                obey(control, inlet);
                takes = takes(inlet);
            } else {
                deliver(inlet, item);
            }
        }
        return n > 0;
    }

    private boolean takes(Inlet inlet) {
        return !inlet.blocked && !inlet.held && !suspended();
    }

    private void obey(Control control, Inlet inlet) {
        switch (control) {
            case Marker marker -> passage.arrived(marker, inlet);
            case End end -> endOf(inlet);
        }
    }

    private void deliver(Inlet inlet, Object packet) {
        taken.setOpaque(taken.getPlain() + 1);
        try {
            inlet.receiver.receive(packet);
        } catch (Throwable t) {
            failures.failed(packet, t);
        }
    }

    private void endOf(Inlet inlet) {
        inlet.ended = true;
        ending |= ports.allEnded();
        endLoopIfCutOff();
        passage.ended(inlet);
    }

    private boolean mayProduce() {
        return instance.operator() instanceof Source && !exhausted && !ending && !suspended() && !passage.isAligning() && !pauses;
    }

    private boolean mayEnd() {
        return ending && !ended && !gone && overflow.isEmpty() && !suspended() && !passage.isAligning() && unfinished() == 0;
    }

    private void produce() {
        try {
            exhausted = !((Source) instance.operator()).produce();
        } catch (Throwable t) {
            failures.failed("what it was producing", t);
            hold("produce() failed with " + t + "; a new version of " + instance.version().operator() + " goes on");
        }
        ending |= exhausted && loop == null;
        endLoopIfCutOff();
    }

    private void end() {
        try {
            instance.operator().ended();
        } catch (Throwable t) {
            failures.failed("the end of its inputs", t);
        }
        ended = true;
        ports.inlets().stream().filter(inlet -> !inlet.ended).forEach(LiveNode::takeNothingFrom); // it came ended
        ports.outgoing().forEach(ring -> put(ring, End.END));
        endLoopIfCutOff();
    }
}
