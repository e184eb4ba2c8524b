package neurath.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * All that a run is made of: data, so that it can be made smaller.
 *
 * @param schedule seed of the scheduler
 * @param slots items an arc takes
 * @param requests that each source makes
 * @param growth what makes the first graph out of a source, a box and a sink
 * @param updates one after the other
 */
record Case(long schedule, int slots, int requests, List<Mutation> growth, List<Update> updates) {
    private static final int MOST_GROWTH = 5;
    /** One run of so many has replicas, and one of so many has loops. */
    private static final int SPECIAL = 4;
    /** What makes another stream of random numbers of a seed. */
    private static final long OTHERWISE = 0x9E37_79B9_7F4A_7C15L;
    private static final List<Change> GROWING = List.of(
            Change.INSERT, Change.INSERT, Change.FORK, Change.ROUTE, Change.BRANCH, Change.RETYPE, Change.RETYPE, Change.ADD_SOURCE,
            Change.ADD_SINK, Change.CONNECT);

    /** A change, at a place that its seed takes. */
    record Mutation(Change change, long seed) {
        void make(Sketch sketch) {
            change.make(sketch, new Random(seed));
        }

        /** What is tried where this one cannot be made: elsewhere, and in the end another. */
        Mutation other(int attempt) {
            List<Change> all = Change.OF_STRUCTURE;
            return !all.contains(change) ? new Mutation(change, seed + attempt)
                    : new Mutation(all.get((all.indexOf(change) + attempt / 2) % all.size()), seed + attempt);
        }
    }

    /**
     * An update.
     *
     * @param after how many steps it begins
     * @param mutations of the graph
     * @param options what a person asks for, as on a command line
     * @param fault what goes wrong
     * @param when it does: the number of steps, or of tries
     * @param beside how many steps it is under way when the next begins, or -1: that waits for its end
     * @param probation what becomes of it when it is switched
     */
    record Update(
            int after, List<Mutation> mutations, List<String> options, Fault fault, int when, int beside, Probation probation) {
        Update withMutations(List<Mutation> other) {
            return new Update(after, other, options, fault, when, beside, probation);
        }

        Update withOptions(List<String> other) {
            return new Update(after, mutations, other, fault, when, beside, probation);
        }

        Update withFault(Fault other, int then) {
            return new Update(after, mutations, options, other, then, beside, probation);
        }

        Update beginningAfter(int steps) {
            return new Update(steps, mutations, options, fault, when, beside, probation);
        }

        Update withProbation(Probation other) {
            return new Update(after, mutations, options, fault, when, beside, other);
        }

        Update withNextAfter(int steps) {
            return new Update(after, mutations, options, fault, when, steps, probation);
        }
    }

    /**
     * How long an update is on probation, and how that ends. Such an update goes alone.
     *
     * @param end of it
     * @param steps it lasts
     * @param fault what goes wrong when it is rolled back
     * @param when it does
     */
    record Probation(End end, int steps, Fault fault, int when) {
        static final Probation NONE = new Probation(End.NONE, 0, Fault.NONE, 0);

        /** How a probation ends. */
        enum End {
            /** There is none: the old instances are closed when the marker has passed. */
            NONE,
            /** The old instances may go. */
            CONFIRMED,
            /** The old instances are put in again. */
            ROLLED_BACK
        }

        boolean isNone() {
            return end == End.NONE;
        }

        Probation withoutFault() {
            return new Probation(end, steps, Fault.NONE, 0);
        }

        /** The update that rolls back. */
        Update rollback() {
            return new Update(0, List.of(), List.of(), fault, when, -1, NONE);
        }
    }

    /** The run of a seed. */
    static Case of(long seed) {
        var random = new Random(seed);
        int slots = random.nextInt(4) == 0 ? 2 + random.nextInt(2) : 1;
        int requests = 6 + random.nextInt(16);
        List<Mutation> growth = new ArrayList<>();
        for (int i = random.nextInt(MOST_GROWTH + 1); i > 0; i--) {
            growth.add(new Mutation(any(GROWING, random), random.nextLong()));
        }
        List<Update> updates = new ArrayList<>();
        var beside = new Random(~seed);
        var further = new Random(seed + 1);
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            updates.add(update(random).withNextAfter(beside.nextInt(3) == 0 ? beside.nextInt(40) : -1)
                    .withProbation(probation(further)));
        }
        Case plain = new Case(random.nextLong(), slots, requests, List.copyOf(growth), List.copyOf(updates)).withSections(random);
        var special = new Random((seed + 1) * OTHERWISE);
        Case shared = special.nextInt(SPECIAL) == 0 ? plain.with(Change.OF_REPLICAS, Change.SCALE, special) : plain;
        return special.nextInt(SPECIAL) == 0 ? shared.with(Change.OF_LOOPS, Change.LOOP, special) : shared;
    }

    /**
     * A run with something that the others have not, and updates that change it.
     *
     * @param changes of updates
     * @param first how it comes into the first graph
     */
    private Case with(List<Change> changes, Change first, Random random) {
        List<Mutation> grown = new ArrayList<>(growth);
        for (int i = 1 + random.nextInt(2); i > 0; i--) {
            Change change = random.nextInt(3) == 0 ? changes.getFirst() : first;
            grown.add(random.nextInt(grown.size() + 1), new Mutation(change, random.nextLong()));
        }
        List<Update> changing = new ArrayList<>();
        for (Update update : updates) {
            List<Mutation> mutations = new ArrayList<>(update.mutations());
            if (random.nextInt(3) > 0) {
                if (random.nextBoolean()) {
                    mutations.clear();
                }
                mutations.add(random.nextInt(mutations.size() + 1), new Mutation(any(changes, random), random.nextLong()));
            }
            changing.add(update.withMutations(List.copyOf(mutations)));
        }
        return with(List.copyOf(grown), List.copyOf(changing));
    }

    /** Half of the runs have shared sections, and updates that change them. */
    private Case withSections(Random random) {
        if (random.nextBoolean()) {
            return this;
        }
        List<Mutation> shared = new ArrayList<>(growth);
        for (int i = random.nextInt(4); i > 0; i--) {
            shared.add(new Mutation(Change.FUSE, random.nextLong()));
        }
        List<Update> moving = new ArrayList<>();
        for (Update update : updates) {
            List<Mutation> mutations = new ArrayList<>(update.mutations());
            if (random.nextBoolean()) {
                mutations.add(new Mutation(random.nextBoolean() ? Change.FUSE : Change.SPLIT, random.nextLong()));
            }
            if (random.nextInt(4) == 0) {
                mutations.removeFirst();
            }
            moving.add(update.withMutations(List.copyOf(mutations)));
        }
        return with(List.copyOf(shared), List.copyOf(moving));
    }

    private static Update update(Random random) {
        List<Mutation> mutations = new ArrayList<>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            mutations.add(new Mutation(any(Change.OF_STRUCTURE, random), random.nextLong()));
        }
        List<String> options = new ArrayList<>();
        if (random.nextInt(8) == 0) {
            options.addAll(List.of("--from", "source"));
        }
        if (random.nextInt(5) == 0) {
            options.addAll(List.of("--commit", "hold"));
        }
        Fault fault = random.nextInt(5) < 2 ? any(List.of(Fault.values()), random) : Fault.NONE;
        int after = random.nextInt(3) == 0 ? random.nextInt(3) : random.nextInt(40);
        return new Update(after, List.copyOf(mutations), List.copyOf(options), fault, random.nextInt(20), -1, Probation.NONE);
    }

    private static Probation probation(Random random) {
        if (random.nextInt(5) > 0) {
            return Probation.NONE;
        }
        Probation.End end = random.nextInt(4) == 0 ? Probation.End.CONFIRMED : Probation.End.ROLLED_BACK;
        Fault fault = random.nextInt(3) == 0 ? any(List.of(Fault.values()), random) : Fault.NONE;
        return new Probation(end, random.nextInt(3) == 0 ? 0 : random.nextInt(30), fault, random.nextInt(20));
    }

    private static <T> T any(List<T> all, Random random) {
        return all.get(random.nextInt(all.size()));
    }

    /** The graph before the first update. */
    Sketch first() {
        var sketch = new Sketch(requests);
        int source = sketch.add(Kind.SOURCE).id();
        int box = sketch.add(Kind.BOX).id();
        sketch.link(source, box);
        sketch.link(box, sketch.add(Kind.SINK).id());
        for (Mutation mutation : growth) {
            Sketch grown = sketch.copy();
            mutation.make(grown);
            if (grown.tidy()) {
                sketch = grown;
            }
        }
        return sketch.copy();
    }

    // ---- smaller ones ----

    /** Cases with a little less in them, the smallest first. */
    Stream<Case> smaller() {
        var smaller = new ArrayList<Case>();
        for (int i = 0; i < updates.size(); i++) {
            smaller.add(with(growth, without(updates, i)));
        }
        for (int i = 0; i < growth.size(); i++) {
            smaller.add(with(without(growth, i), updates));
        }
        for (int i = 0; i < updates.size(); i++) {
            Update update = updates.get(i);
            for (int j = 0; j < update.mutations().size(); j++) {
                smaller.add(with(i, update.withMutations(without(update.mutations(), j))));
            }
            if (update.fault() != Fault.NONE) {
                smaller.add(with(i, update.withFault(Fault.NONE, 0)));
            }
            if (!update.options().isEmpty()) {
                smaller.add(with(i, update.withOptions(List.of())));
            }
            if (update.after() > 0) {
                smaller.add(with(i, update.beginningAfter(update.after() / 2)));
            }
            if (!update.probation().isNone()) {
                smaller.add(with(i, update.withProbation(Probation.NONE)));
            }
            if (update.probation().fault() != Fault.NONE) {
                smaller.add(with(i, update.withProbation(update.probation().withoutFault())));
            }
            if (update.beside() >= 0) {
                smaller.add(with(i, update.withNextAfter(-1)));
            }
        }
        if (requests > 1) {
            smaller.add(new Case(schedule, slots, requests / 2, growth, updates));
            smaller.add(new Case(schedule, slots, requests - 1, growth, updates));
        }
        return smaller.stream();
    }

    Case scheduled(long other) {
        return new Case(other, slots, requests, growth, updates);
    }

    private Case with(List<Mutation> otherGrowth, List<Update> otherUpdates) {
        return new Case(schedule, slots, requests, otherGrowth, otherUpdates);
    }

    private Case with(int i, Update update) {
        List<Update> others = new ArrayList<>(updates);
        others.set(i, update);
        return with(growth, List.copyOf(others));
    }

    private static <T> List<T> without(List<T> all, int i) {
        List<T> rest = new ArrayList<>(all);
        rest.remove(i);
        return List.copyOf(rest);
    }
}
