package neurath.simulation;

import neurath.api.Default;
import neurath.api.In;
import neurath.api.Keyed;
import neurath.api.KeyedState;
import neurath.api.Out;
import neurath.api.Parameters;

/** Counts by key what has come, in entries of its own. */
abstract class Counting<E> extends Worker.Box {
    private final Class<E> type;
    private Keyed<Integer, E> entries;

    Counting(Version version, Class<E> type) {
        super(version);
        this.type = type;
    }

    @Override
    void bind() {
        entries = context.keyed("counts", Integer.class, type);
        super.bind();
    }

    @Override
    void handle(Piece piece) {
        int key = settings.key().of(piece.number());
        E before = entries.get(key);
        world.counts.counted(this, key, before == null ? 0 : sum(before), piece.request().value());
        entries.put(key, plus(before, piece.request().value()));
        super.handle(piece);
    }

    @Override
    public void ended() {
        super.ended();
        entries.forEach((key, entry) -> world.counts.left(this, key, sum(entry)));
    }

    abstract long sum(E entry);

    abstract E plus(E entryOrNull, long value);

    /** What a counter keeps of a key. */
    record Count(long sum) {}

    /** The same with more to it. */
    record Entry(long sum, @Default("0") int rounds) {}

    @Parameters(Worker.Settings.class)
    @In(value = "IN", type = Piece.class)
    @Out(value = "OUT", type = Piece.class)
    @KeyedState(name = "counts", key = Integer.class, value = Count.class)
    static final class Counter extends Counting<Count> {
        Counter(Version version) {
            super(version, Count.class);
        }

        @Override
        long sum(Count count) {
            return count.sum();
        }

        @Override
        Count plus(Count before, long value) {
            return new Count((before == null ? 0 : before.sum()) + value);
        }
    }

    @Parameters(Worker.Settings.class)
    @In(value = "IN", type = Piece.class)
    @Out(value = "OUT", type = Piece.class)
    @KeyedState(name = "counts", key = Integer.class, value = Entry.class)
    static final class Census extends Counting<Entry> {
        Census(Version version) {
            super(version, Entry.class);
        }

        @Override
        long sum(Entry entry) {
            return entry.sum();
        }

        @Override
        Entry plus(Entry before, long value) {
            return before == null ? new Entry(value, 1) : new Entry(before.sum() + value, before.rounds() + 1);
        }
    }
}
