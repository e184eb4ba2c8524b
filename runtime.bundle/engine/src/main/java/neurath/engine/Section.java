package neurath.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import neurath.engine.Signature.ThreadKind;

/**
 * Nodes executed by one thread: the scheduling unit. Packets, markers, orders, readiness and timers all wake the same thread.
 *
 * <p><b>Waiting.</b> A section that finds nothing to do announces how it is about to wait, fences, looks once more, and waits. Whoever
 * gives it something fences, looks at the announcement, and wakes it only if it waits. So no wake-up is lost, and none is paid for
 * while everybody works. The same announcement serves a producer that waits for room in an arc.
 *
 * <p><b>Several nodes.</b> They have their turns one after the other. A packet on an arc between two of them is handed on by a call where
 * it would be the next that the other takes; else it lies on the arc as between sections. A section that has other nodes to work never
 * waits for room: who waits for it may be one of these ({@link Overflow}).
 *
 * <p><b>Context class loader.</b> It is that of the node whose turn it is, also while that node's packets are handed on to others by calls.
 *
 * <p><b>Coming and going.</b> A node comes by {@link #admit} and goes when it has ended, or is to go on in another section. Its fields are
 * then left by one thread and taken by another, with the queue of arrivals between them. A section without nodes has no thread.
 *
 * <p><b>Fairness.</b> Virtual threads are not preempted. A section that has run for {@value #BUDGET_NANOS} ns without waiting steps
 * back for an instant, which lets sections that were woken from outside the scheduler run.
 *
 * <p><b>Not guaranteed</b>: an order between inputs, or between a packet and an order posted at the same time.
 */
final class Section implements Runnable {
    private static final long BUDGET_NANOS = 1_000_000;
    private static final int BATCH = 256;
    /** How many nodes hand a packet on, one inside the other. */
    private static final int DEEPEST = 16;
    /** Of so many packets that are handed on to a node, the time that one takes is measured. */
    private static final int MEASURED = 32;

    private static final int RUNNING = 0;
    private static final int PARKED = 1;
    private static final int SELECTING = 2;
    /** It has no nodes, and no thread. */
    private static final int EMPTY = 3;
    private static final VarHandle WAITING;

    static {
        try {
            WAITING = MethodHandles.lookup().findVarHandle(Section.class, "waiting", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Threads threads;
    /** For its thread, or who starts that. */
    private final List<LiveNode> nodes = new ArrayList<>(1);
    private final Queue<LiveNode> arrivals = new ConcurrentLinkedQueue<>();
    private volatile int waiting = EMPTY;
    private volatile Thread thread;
    private volatile boolean abandoned;
    /** Something is to be done before the next packet. */
    private volatile boolean called;
    private volatile long turnBegan;
    /** When the last turn ended in which something was done. */
    private long lastEnded;
    /** The node whose turn it is, or that was handed a packet. */
    private LiveNode working;
    /** The context class loader that its thread has from it, or {@code null}. */
    private ClassLoader loader;
    private ThreadKind kind = ThreadKind.VIRTUAL;
    /** It has other nodes to work while one waits for room, or is to have. */
    private boolean isShared;
    private int depth;
    private Poller poller;
    private long sliceBegan;
    private int batch = BATCH;
    /** Of the present turn, nanoseconds of waiting for room. */
    private long waitedForRoom;

    Section(Threads threads) {
        this.threads = threads;
    }

    /**
     * Has the section work a node from now on, which nobody else works. For any thread.
     *
     * @throws OutOfMemoryError if it has no thread and none can be had; the node is still its arrival then ({@link #takeFrom})
     */
    void admit(LiveNode node) {
        arrivals.add(node);
        called = true;
        VarHandle.fullFence();
        if (waiting == EMPTY && WAITING.compareAndSet(this, EMPTY, RUNNING)) {
            try {
                start();
            } catch (Throwable t) {
                waiting = EMPTY;
                throw t;
            }
        } else {
            wake();
        }
    }

    private void start() {
        List<LiveNode> all = Stream.concat(nodes.stream(), arrivals.stream()).toList();
        kind = kind(all);
        threads.start(kind, all.stream().map(LiveNode::path).collect(Collectors.joining(" + ")), this);
    }

    private static ThreadKind kind(List<LiveNode> nodes) {
        for (LiveNode node : nodes) {
            if (node.threadKind() == ThreadKind.PLATFORM) {
                return ThreadKind.PLATFORM;
            }
        }
        return ThreadKind.VIRTUAL;
    }

    /** One of its nodes has something to do between two packets. For any thread. */
    void call() {
        called = true;
        wake();
    }

    /** Says that something has changed that a waiting section may be waiting for. For any thread. */
    void wake() {
        VarHandle.fullFence();
        int how = waiting;
        if ((how == PARKED || how == SELECTING) && WAITING.compareAndSet(this, how, RUNNING)) {
            if (how == PARKED) {
                LockSupport.unpark(thread);
            } else {
                poller.wake();
            }
        }
    }

    /** Whether the caller is the section's thread. */
    boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    /**
     * Whether the next packet is left on its arc, as the section is to end, or an order waits. The first of a turn goes before an order, so
     * that orders which bring orders starve no packets.
     *
     * @param taken packets taken from that arc in this turn
     */
    boolean isCalled(int taken) {
        return called && (taken > 0 || abandoned);
    }

    /** Ends the section without finishing: what lies on its arcs is dropped. For any thread. */
    void abandon() {
        abandoned = true;
        called = true;
        wake();
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    /** The node whose turn it is, or was last, or that was handed a packet; about right. For any thread. */
    LiveNode working() {
        return working;
    }

    /** What its thread is in, innermost first. For any thread. */
    StackTraceElement[] stack() {
        Thread running = thread;
        return running == null ? new StackTraceElement[0] : running.getStackTrace();
    }

    /** Nanoseconds the present turn of a node has taken; 0 while the section waits. For any thread. */
    long busyNanos() {
        long began = turnBegan;
        return waiting != RUNNING || began == 0 ? 0 : threads.now() - began;
    }

    Poller poller() {
        if (poller == null) {
            poller = new Poller();
        }
        return poller;
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        loader = null;
        nodes.forEach(LiveNode::isWorkedHere);
        do {
            try {
                while (work()) {
                    if (isHandedOn()) {
                        return;
                    }
                }
            } catch (Abandoned e) {
                abandoned = true;
            } catch (Throwable t) {
                abandoned = true;
                working.flow.sectionFailed(working, t);
            }
            finish();
        } while (!isEmptied());
    }

    /** Whether a fresh thread goes on; where none can be had, this one does. */
    private boolean isHandedOn() {
        try {
            start();
            return true;
        } catch (OutOfMemoryError e) {
            working.flow.log.warn("{} goes on with its old thread, as no fresh one can be had", working.label(), e);
            return false;
        }
    }

    /** It has no nodes, or was abandoned: what they have left is dropped. */
    private void finish() {
        if (abandoned) {
            takeFrom(this);
            nodes.forEach(node -> node.finish(true));
            nodes.clear();
        }
        if (poller != null) {
            poller.close();
            poller = null;
        }
    }

    /** Whether it has no thread from here on; the next node that comes starts one. */
    private boolean isEmptied() {
        waiting = EMPTY;
        VarHandle.fullFence();
        return arrivals.isEmpty() || !WAITING.compareAndSet(this, EMPTY, RUNNING);
    }

    /** Works until the section has no nodes, is abandoned, or wants to go on with a fresh thread; whether it does. */
    private boolean work() {
        sliceBegan = threads.now();
        while (goesOn()) {
            boolean worked = takeFrom(this);
            called = false;
            if (nodes.isEmpty() || abandoned) {
                return false;
            }
            if (kind(nodes) != kind) {
                return true;
            }
            for (int i = 0; i < nodes.size() && goesOn(); i++) {
                LiveNode node = nodes.get(i);
                beginTurn(node);
                boolean nodeWorked = turn(node);
                worked |= nodeWorked;
                if (nodeWorked) {
                    endTurn(node);
                }
                if (node.isFinished() || node.isToLeave(this)) {
                    nodes.remove(i);
                    isShared = nodes.size() > 1;
                    letGo(node);
                    return !nodes.isEmpty() || !arrivals.isEmpty();
                }
                if (node.wantsFreshThread()) {
                    return true;
                }
            }
            worked |= poll();
            if (worked) {
                stepBack();
            } else {
                rest();
            }
        }
        return false;
    }

    private void beginTurn(LiveNode node) {
        working = node;
        adopt(node.loader());
        turnBegan = threads.now();
    }

    /** Something was done in it. */
    private void endTurn(LiveNode node) {
        lastEnded = threads.now();
        long spent = lastEnded - turnBegan;
        node.hasWorked(spent - waitedForRoom);
        if (!node.isGone()) { // else its instance is somebody else's to close
            node.instance().measureState();
        }
        waitedForRoom = 0;
        adapt(spent);
    }

    /** What operators look up, and threads that they start, go by the class loader of the node whose turn it is. */
    private void adopt(ClassLoader next) {
        if (!Objects.equals(next, loader)) {
            loader = next;
            thread.setContextClassLoader(next);
        }
    }

    private boolean turn(LiveNode node) {
        boolean worked = node.work(batch);
        if (!node.waitsForArcs()) {
            worked |= expire(node);
        }
        node.ports().wakeNeighbours();
        return worked;
    }

    /** Takes all nodes that are on their way to a section, whether that has a thread or not. */
    private boolean takeFrom(Section other) {
        LiveNode node = other.arrivals.poll();
        if (node == null) {
            return false;
        }
        for (; node != null; node = other.arrivals.poll()) {
            working = node;
            nodes.add(node);
            node.enter(this);
            abandoned |= node.isAbandoned();
        }
        isShared = nodes.size() > 1;
        return true;
    }

    /** A node ends here, or goes on elsewhere. */
    private void letGo(LiveNode node) {
        List<Watched> watched = poller == null ? List.of() : poller.release(node);
        if (node.isFinished()) {
            node.finish(false);
            return;
        }
        Section next = node.placement.leave(watched);
        try {
            next.admit(node);
        } catch (OutOfMemoryError e) {
            node.flow.log.warn("{} stays in its section, as no thread can be had", node.label(), e);
            takeFrom(next);
        }
    }

    /** Whether the section was not abandoned; an interrupt that an operator has left standing would keep it from ever waiting. */
    boolean goesOn() {
        if (Thread.currentThread().isInterrupted() && !abandoned) {
            Thread.interrupted();
        }
        return !abandoned;
    }

    /** Puts an item on an arc, and waits while the arc is full. */
    void put(Ring ring, Object item) {
        if (isShared) {
            handOn(ring, item);
        } else if (!ring.offer(item)) {
            awaitRoom(ring, item);
        } else {
            ring.to.placement.wakeIfItWaits();
        }
    }

    /** Whether it waits, about right. For any thread. */
    boolean waits() {
        return waiting != RUNNING;
    }

    private void handOn(Ring ring, Object item) {
        LiveNode to = ring.to;
        if (to.placement.isIn(this) && depth < DEEPEST && !(item instanceof Control) && !ring.overflows() && to.takesNext(ring.end)) {
            call(to, ring.end, item);
        } else if (ring.overflows() || !ring.offer(item)) {
            overflow(ring, item);
        } else if (!to.placement.isIn(this)) {
            to.placement.wakeIfItWaits();
        }
    }

    private void call(LiveNode to, Inlet inlet, Object packet) {
        LiveNode caller = working;
        working = to;
        depth++;
        boolean isMeasured = to.isHandedOne(MEASURED);
        long began = isMeasured ? threads.now() : 0;
        try {
            to.takeAtOnce(inlet, packet);
        } finally {
            if (isMeasured) {
                long spent = (threads.now() - began) * MEASURED;
                to.hasWorked(spent);
                to.instance().measureState();
                caller.hasWorked(-spent); // its turn is counted as a whole
            }
            depth--;
            working = caller;
        }
    }

    private void overflow(Ring ring, Object item) {
        if (!goesOn()) {
            throw new Abandoned(item);
        }
        ring.from.overflow(ring, item);
    }

    private void awaitRoom(Ring ring, Object item) {
        ring.from.awaitsRoomOn(ring);
        long began = threads.now();
        try {
            awaitRoomOn(ring, item);
        } finally {
            waitedForRoom += threads.now() - began;
            ring.from.awaitsRoomOn(null);
        }
    }

    private void awaitRoomOn(Ring ring, Object item) {
        LiveNode node = ring.from;
        while (true) {
            node.ports().wakeNeighbours();
            waiting = PARKED;
            VarHandle.fullFence();
            if (ring.offer(item)) {
                waiting = RUNNING;
                return;
            }
            if (ring.unwanted || ring.to.isOver()) {
                waiting = RUNNING;
                node.failures.dropUnwanted(item, ring);
                return;
            }
            if (node.isInLoopWith(ring.to) && node.ports().spillInside(node.loop())) {
                waiting = RUNNING;
                continue;
            }
            if (!goesOn()) {
                waiting = RUNNING;
                throw new Abandoned(item);
            }
            if (!arrivals.isEmpty()) { // room may depend on these
                waiting = RUNNING;
                isShared = true;
                node.overflow(ring, item);
                return;
            }
            LockSupport.park(this);
            waiting = RUNNING;
        }
    }

    private boolean expire(LiveNode node) {
        boolean expired = false;
        for (Timers.Entry entry = node.timers.expired(turnBegan); entry != null && goesOn(); entry = node.timers.expired(turnBegan)) {
            expired = true;
            node.expired(entry.subject());
        }
        return expired;
    }

    /** Tells nodes what is ready, those that wait for nothing else; whether any was told. */
    private boolean poll() {
        if (!isPolling()) {
            return false;
        }
        LiveNode told = null;
        for (SelectionKey key : poller.ready()) {
            var watched = (Watched) key.attachment();
            if (!goesOn()) {
                break;
            }
            if (watched.node.waitsForArcs()) {
                poller.putAside(watched);
                continue;
            }
            if (watched.node != told) {
                endPoll(told);
                told = watched.node;
                beginTurn(told);
            }
            watched.tell(key);
        }
        endPoll(told);
        return told != null;
    }

    private void endPoll(LiveNode told) {
        if (told != null) {
            told.ports().wakeNeighbours();
            endTurn(told);
        }
    }

    /** Whether channels are looked at: not where each of its nodes waits for something else. */
    private boolean isPolling() {
        if (poller == null) {
            return false;
        }
        for (LiveNode node : nodes) {
            if (!node.waitsForArcs()) {
                return true;
            }
        }
        return false;
    }

    /** Where packets are slow a turn takes few of them, so that the section steps back, and wakes its neighbours, in time. */
    private void adapt(long turnNanos) {
        batch = turnNanos > BUDGET_NANOS ? Math.max(1, batch / 4) : Math.min(BATCH, batch * 2);
    }

    private void stepBack() {
        if (kind == ThreadKind.VIRTUAL && lastEnded - sliceBegan > BUDGET_NANOS) {
            LockSupport.parkNanos(1);
            sliceBegan = threads.now();
        }
    }

    private void rest() {
        boolean selecting = isPolling();
        waiting = selecting ? SELECTING : PARKED;
        VarHandle.fullFence();
        if (!hasWork()) {
            long nanos = nanosLeft();
            if (selecting) {
                poller.await(nanos);
            } else if (nanos == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, nanos);
            }
        }
        waiting = RUNNING;
        sliceBegan = threads.now();
    }

    private boolean hasWork() {
        if (abandoned || !arrivals.isEmpty()) {
            return true;
        }
        for (LiveNode node : nodes) {
            if (node.hasWork()) {
                return true;
            }
        }
        return false;
    }

    private long nanosLeft() {
        long now = threads.now();
        long least = Long.MAX_VALUE;
        for (LiveNode node : nodes) {
            if (!node.waitsForArcs()) {
                least = Math.min(least, node.timers.nanosLeft(now));
            }
        }
        return least;
    }

    /** The section was told to end before a packet was handled, or while it waited for room in an arc. */
    static final class Abandoned extends RuntimeException {
        private static final long serialVersionUID = 1;

        /** What there was no room for. */
        final transient Object item;

        Abandoned(Object item) {
            super("the flow was stopped before it was handled", null, false, false);
            this.item = item;
        }
    }
}
