package neurath.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import neurath.engine.Signature.ThreadKind;

/**
 * A node executed by one thread: the scheduling unit. Packets, markers, orders, readiness and timers all wake the same thread.
 *
 * <p><b>Waiting.</b> A section that finds nothing to do announces how it is about to wait, fences, looks once more, and waits. Whoever
 * gives it something fences, looks at the announcement, and wakes it only if it waits. So no wake-up is lost, and none is paid for
 * while everybody works. The same announcement serves a producer that waits for room in an arc.
 *
 * <p><b>Fairness.</b> Virtual threads are not preempted. A section that has run for {@value #BUDGET_NANOS} ns without waiting steps
 * back for an instant, which lets sections that were woken from outside the scheduler run.
 *
 * <p><b>Not guaranteed</b>: an order between inputs, or between a packet and an order posted at the same time.
 */
final class Section implements Runnable {
    private static final long BUDGET_NANOS = 1_000_000;
    private static final int BATCH = 256;

    private static final int RUNNING = 0;
    private static final int PARKED = 1;
    private static final int SELECTING = 2;
    private static final VarHandle WAITING;

    static {
        try {
            WAITING = MethodHandles.lookup().findVarHandle(Section.class, "waiting", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final LiveNode node;
    final Timers timers = new Timers();

    private final Threads threads;
    private final Queue<Runnable> orders = new ConcurrentLinkedQueue<>();
    private volatile int waiting = RUNNING;
    private volatile Thread thread;
    private volatile boolean over;
    private volatile boolean abandoned;
    /** Something is to be done before the next packet. */
    private volatile boolean called;
    private volatile long turnBegan;
    /** Packets its node had taken when the present turn began. */
    private volatile long takenBefore;
    private volatile Ring full;
    private Poller poller;
    private long sliceBegan;
    private int batch = BATCH;
    /** Of the present turn, nanoseconds of waiting for room. */
    private long waitedForRoom;

    Section(LiveNode node, Threads threads) {
        this.node = node;
        this.threads = threads;
    }

    void start() {
        threads.start(node.threadKind(), node.path(), this);
    }

    /** Has something done by the section's thread between two packets. For any thread. */
    void post(Runnable order) {
        orders.add(order);
        called = true;
        wake();
        if (over) {
            node.flow.orderly(this::obey);
        }
    }

    /** Says that something has changed that a waiting section may be waiting for. For any thread. */
    void wake() {
        VarHandle.fullFence();
        int how = waiting;
        if (how != RUNNING && WAITING.compareAndSet(this, how, RUNNING)) {
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

    boolean isOver() {
        return over;
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

    /** The node it waits for, to make room on an arc, or {@code null}. For any thread. */
    LiveNode blockedBy() {
        Ring ring = full;
        return ring == null ? null : ring.to;
    }

    /** What its thread is in, innermost first. For any thread. */
    StackTraceElement[] stack() {
        Thread running = thread;
        return running == null ? new StackTraceElement[0] : running.getStackTrace();
    }

    /** Nanoseconds the present turn has taken; 0 while the section waits. For any thread. */
    long busyNanos() {
        long began = turnBegan;
        return waiting != RUNNING || began == 0 ? 0 : now() - began;
    }

    /** Packets that the node had taken when the present turn began. For any thread. */
    long takenBefore() {
        return takenBefore;
    }

    long now() {
        return threads.now();
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
        try {
            while (work()) {
                if (handedOn()) {
                    return;
                }
            }
        } catch (Abandoned e) {
            abandoned = true;
        } catch (Throwable t) {
            abandoned = true;
            node.flow.sectionFailed(node, t);
        }
        finish();
    }

    /** Whether a fresh thread goes on; where none can be had, this one does. */
    private boolean handedOn() {
        try {
            start();
            return true;
        } catch (OutOfMemoryError e) {
            node.flow.log.warn("{} goes on with its old thread, as no fresh one can be had", node.label(), e);
            return false;
        }
    }

    /** Works until the section is over or wants to go on with a fresh thread; whether it does. */
    private boolean work() {
        sliceBegan = now();
        while (goesOn()) {
            turnBegan = now();
            takenBefore = node.taken.getPlain();
            boolean worked = obey();
            worked |= node.take(batch);
            worked |= expire();
            worked |= poll();
            node.ports().wakeNeighbours();
            if (node.isFinished()) {
                return false;
            }
            if (node.wantsFreshThread()) {
                return true;
            }
            if (worked) {
                long now = now();
                node.worked.setOpaque(node.worked.getPlain() + now - turnBegan - waitedForRoom);
                waitedForRoom = 0;
                adapt(now - turnBegan);
                stepBack(now);
            } else {
                rest();
            }
        }
        return false;
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
        if (!ring.offer(item)) {
            awaitRoom(ring, item);
        } else if (ring.to.section.waiting != RUNNING) {
            ring.to.section.wake();
        }
    }

    private void awaitRoom(Ring ring, Object item) {
        full = ring;
        long began = now();
        try {
            awaitRoomOn(ring, item);
        } finally {
            waitedForRoom += now() - began;
            full = null;
        }
    }

    private void awaitRoomOn(Ring ring, Object item) {
        while (true) {
            node.ports().wakeNeighbours();
            waiting = PARKED;
            VarHandle.fullFence();
            if (ring.offer(item)) {
                waiting = RUNNING;
                return;
            }
            if (ring.to.section.isOver()) {
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
            LockSupport.park(this);
            waiting = RUNNING;
        }
    }

    private boolean obey() {
        if (!called && orders.isEmpty()) {
            return false;
        }
        called = false;
        // as many as there are now: orders that these bring wait for the next turn, so that packets have theirs
        int given = orders.size();
        for (int i = 0; i < given; i++) {
            orders.remove().run();
        }
        return given > 0;
    }

    private boolean expire() {
        if (node.waitsForArcs()) {
            return false;
        }
        boolean expired = false;
        for (Timers.Entry entry = timers.expired(turnBegan); entry != null && goesOn(); entry = timers.expired(turnBegan)) {
            expired = true;
            node.expired(entry.subject());
        }
        return expired;
    }

    private boolean poll() {
        return poller != null && !node.waitsForArcs() && poller.dispatch();
    }

    /** Where packets are slow a turn takes few of them, so that the section steps back, and wakes its neighbours, in time. */
    private void adapt(long turnNanos) {
        batch = turnNanos > BUDGET_NANOS ? Math.max(1, batch / 4) : Math.min(BATCH, batch * 2);
    }

    private void stepBack(long now) {
        if (node.threadKind() == ThreadKind.VIRTUAL && now - sliceBegan > BUDGET_NANOS) {
            LockSupport.parkNanos(1);
            sliceBegan = now();
        }
    }

    private void rest() {
        boolean selecting = poller != null && !node.waitsForArcs();
        waiting = selecting ? SELECTING : PARKED;
        VarHandle.fullFence();
        if (orders.isEmpty() && !node.hasWork() && !abandoned) {
            long nanos = node.waitsForArcs() ? Long.MAX_VALUE : timers.nanosLeft(now());
            if (selecting) {
                poller.await(nanos);
            } else if (nanos == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, nanos);
            }
        }
        waiting = RUNNING;
        sliceBegan = now();
    }

    private void finish() {
        Thread.interrupted(); // it ended the section, and must not disturb what operators do to close
        try {
            node.close(abandoned);
            node.ports().wakeNeighbours();
            if (poller != null) {
                poller.close();
            }
        } catch (Throwable t) {
            node.flow.sectionFailed(node, t);
        }
        over = true;
        node.ports().inlets().forEach(inlet -> inlet.ring.from.section.wake());
        node.flow.orderly(this::obey);
        node.flow.sectionOver(node);
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
