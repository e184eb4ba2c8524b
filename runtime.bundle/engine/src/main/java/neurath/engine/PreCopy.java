package neurath.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Copies the keyed state of the instance that works into the one that is to replace it, ahead of the marker and beside the section: all
 * of it first, then in rounds what has changed meanwhile, until that is little or grows as fast as it is copied. What is left then moves
 * at the marker, while the region waits.
 *
 * <p><b>Cost for the section.</b> In a round it is asked once, between two packets, to take its logs; each change adds a key to a set. The
 * copying itself rests as long as it has worked, unless it falls behind.
 *
 * <p>Thread safety: {@link #work} and {@link #run} are for one thread, {@link #finish} for another when that one has done; the rest is
 * for any thread.
 */
public final class PreCopy {
    /** So many entries may be left for the marker. */
    private static final long LITTLE = 1_000;
    /** What a round leaves to the next must be less than this part of what it had. */
    private static final double SHRINKING = 0.8;
    private static final int ROUNDS = 30;
    private static final long SLICE_NANOS = 500_000;
    private static final int SLICE_ENTRIES = 64;

    private enum Stage {
        /** Nothing was done yet. */
        NEW,
        /** The section was asked to take its logs. */
        TURNING,
        /** Entries are copied. */
        COPYING,
        /** The copy is as near as it gets before the marker. */
        NEAR,
        /** It is the new instance's, or is given up. */
        OVER
    }

    private final Instance successor;
    private final Instance predecessor;
    private final Map<String, Shadow> shadows;
    /** The shadows were there before, for the way back, and stay if this is given up. */
    private final boolean kept;

    private final AtomicLong copied = new AtomicLong();
    private volatile Stage stage = Stage.NEW;
    private volatile boolean stopped;
    /** Somebody may be in the middle of an entry. */
    private volatile boolean busy;
    private CompletableFuture<Long> turn = CompletableFuture.completedFuture(0L);
    private long had = Long.MAX_VALUE;
    private long left;
    private int rounds;
    /** Changes come as fast as they are copied: the copying rests no more. */
    private boolean restless;

    private PreCopy(Instance successor, Instance predecessor, Map<String, Shadow> shadows, boolean kept) {
        this.successor = successor;
        this.predecessor = predecessor;
        this.shadows = shadows;
        this.kept = kept;
    }

    /**
     * The copy of what an instance is to take over. Nothing is touched yet.
     *
     * @throws HandoverException if the shapes do not fit and no way back is kept
     * @throws Exception what a transfer's constructor throws
     */
    static PreCopy of(Instance predecessor, Instance successor) throws Exception {
        WayBack back = predecessor.wayBack();
        if (back != null && back.leadsTo(successor.version())) {
            return new PreCopy(successor, predecessor, back.shadows(), true);
        }
        Signature from = predecessor.version().signature();
        Signature to = successor.version().signature();
        Optional<String> problem = EntryMapping.problem(from, to);
        if (problem.isPresent()) {
            throw new HandoverException(predecessor + " -> " + successor.version().label() + ": " + problem.get(), null);
        }
        var shadows = new LinkedHashMap<String, Shadow>();
        EntryMapping.between(from, to)
                .forEach((name, mapping) -> shadows.put(name, Shadow.of(predecessor.keyed().find(name), mapping)));
        return new PreCopy(successor, predecessor, shadows, false);
    }

    /** Whether there is something to copy: whether a map changes its shape. */
    boolean isNeeded() {
        return shadows.values().stream().anyMatch(shadow -> !shadow.isByReference());
    }

    // ---- ahead of the marker ----

    /**
     * Copies until little is left for the marker; called again, what has changed since. Waits for the section where it must; ends early when
     * it is stopped or interrupted.
     */
    public void run() throws HandoverException, InterruptedException {
        if (stage == Stage.NEAR) {
            left = Long.MAX_VALUE;
            rounds = 1;
            nextRound();
        }
        while (!isNear()) {
            long began = System.nanoTime();
            boolean worked;
            do {
                worked = work(SLICE_ENTRIES);
            } while (worked && System.nanoTime() - began < SLICE_NANOS);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (worked && !restless) {
                LockSupport.parkNanos(System.nanoTime() - began);
            } else if (!worked && !isNear()) {
                awaitTurn();
            }
        }
    }

    private void awaitTurn() throws InterruptedException {
        try {
            turn.get(100, TimeUnit.MILLISECONDS);
        } catch (java.util.concurrent.TimeoutException | java.util.concurrent.ExecutionException e) {
            return; // looks whether it was stopped
        }
    }

    /**
     * Does a little, and waits for nobody.
     *
     * @param entries how many are copied at most
     * @return whether anything was done; if not, the section has not answered yet, or the copy is near
     * @throws HandoverException if an entry cannot be brought into shape
     */
    public boolean work(int entries) throws HandoverException {
        busy = true;
        try {
            checkNotStopped();
            return switch (stage) {
                case NEW, COPYING -> copy(entries);
                case TURNING -> turned();
                case NEAR, OVER -> false;
            };
        } finally {
            busy = false;
        }
    }

    private boolean copy(int entries) throws HandoverException {
        boolean more = stage == Stage.COPYING;
        for (int i = 0; more && i < entries; i++) {
            more = step();
        }
        if (!more) {
            endRound();
        }
        return true;
    }

    private boolean step() throws HandoverException {
        for (Shadow shadow : shadows.values()) {
            if (shadow.step()) {
                copied.setOpaque(copied.getPlain() + 1);
                return true;
            }
        }
        return false;
    }

    private void endRound() {
        boolean shrinks = left <= had * SHRINKING;
        boolean near = rounds > 1 && (left <= LITTLE || rounds >= ROUNDS || !shrinks && restless);
        if (near || !isNeeded()) {
            stage = Stage.NEAR;
        } else {
            restless |= rounds > 1 && !shrinks;
            nextRound();
        }
    }

    private void nextRound() {
        stage = Stage.TURNING;
        turn = new CompletableFuture<>();
        predecessor.onSection(this::turn);
    }

    /** On the section's thread. */
    private void turn() {
        long behind = 0;
        for (Shadow shadow : shadows.values()) {
            if (!shadow.isByReference() && !stopped) {
                if (rounds == 0 && !kept) {
                    shadow.source.follow(shadow);
                }
                behind += shadow.turn();
            }
        }
        turn.complete(behind);
    }

    private boolean turned() {
        if (!turn.isDone()) {
            return false;
        }
        had = rounds == 0 ? Long.MAX_VALUE : left;
        left = turn.join();
        rounds++;
        stage = Stage.COPYING;
        return true;
    }

    /** Whether little is left for the marker, or as little as can be. */
    public boolean isNear() {
        return stage == Stage.NEAR || stage == Stage.OVER;
    }

    // ---- at the marker ----

    /**
     * Copies what is left and gives the maps to the new instance. While the node is frozen, so that nothing changes.
     *
     * @throws HandoverException if an entry cannot be brought into shape; the old instance is as it was
     */
    void finish() throws HandoverException {
        busy = true;
        try {
            takeLastLogs();
            boolean more = true;
            while (more) {
                more = step();
                checkNotStopped();
            }
            giveToSuccessor();
        } finally {
            busy = false;
        }
    }

    private synchronized void takeLastLogs() {
        checkNotStopped();
        shadows.values().stream().filter(shadow -> !shadow.isByReference()).forEach(Shadow::turn);
    }

    private synchronized void giveToSuccessor() {
        checkNotStopped();
        shadows.forEach((name, shadow) -> {
            successor.keyed().find(name).takeOver(shadow.copy());
            if (!kept) {
                shadow.source.unfollow(shadow);
            }
        });
        stage = Stage.OVER;
    }

    private void checkNotStopped() {
        if (stopped) {
            throw new CancellationException(path() + ": the copying of its keyed state was given up");
        }
    }

    // ---- for any thread ----

    /**
     * The old instance is not to be replaced: nobody follows its maps any more, but for who did before. Whoever hangs in the middle of an
     * entry may come back at any time and write what is old by then, so a way back it was taking is given up. Where the node is frozen,
     * before it goes on.
     */
    synchronized void stop() {
        stopped = true;
        if (!kept) {
            predecessor.onSection(() -> shadows.values().forEach(shadow -> shadow.source.unfollow(shadow)));
        } else if (busy) {
            predecessor.endWayBack(successor.version());
        }
    }

    /** Number of entries copied so far, those again that were changed meanwhile: while it moves, the copying does not hang. */
    public long copied() {
        return copied.getOpaque();
    }

    /** What it does at the moment, for people: {@code web-server/load.sessions: the entry of the key 'x'}. */
    public String doing() {
        for (Shadow shadow : shadows.values()) {
            Object key = shadow.inHand();
            if (key != null) {
                return shadow.source.path() + ": the entry of the key " + Shadow.said(key);
            }
        }
        return stage == Stage.TURNING ? path() + " has not come between two packets, where its changes are to be taken over" : path();
    }

    /** How it went, for people: {@code 1200000 entries, then what had changed meanwhile in 3 rounds, the last with 12}. */
    public String summary() {
        return copied() + " entries of keyed state in " + rounds + " rounds, the last of " + left;
    }

    private String path() {
        return predecessor.toString();
    }
}
