package neurath.bench;

import neurath.api.Context;
import neurath.api.In;
import neurath.api.Keyed;
import neurath.api.KeyedState;
import neurath.api.KeyedTransfer;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.Stateful;
import neurath.bench.Packets.Packet;
import neurath.bench.StateSize.Entry;

/** The state by key, copied to the next version while this one works. */
final class PreCopied implements StateSize.Keeping {
    private int entries;

    @Override
    public String name() {
        return "pre-copied";
    }

    @Override
    public void fill(Rig rig, int number) {
        entries = number;
        rig.fill("table", Table.class, () -> new Table(number));
    }

    @Override
    public void update(Rig rig) {
        rig.replaced("table", Table.class, () -> new Table(entries));
    }

    /** Brings an entry into the next generation. */
    public static final class NextGeneration implements KeyedTransfer<Integer, Entry, Entry> {
        @Override
        public Entry entry(Integer key, Entry old) {
            return new Entry(old.count(), old.generation() + 1);
        }
    }

    /** Nothing but the map. */
    record NoMore() {}

    /** Counts per key. */
    @In(value = "IN", type = Packet.class)
    @Out(value = "OUT", type = Packet.class)
    @KeyedState(name = "entries", key = Integer.class, value = Entry.class, transferredBy = NextGeneration.class)
    private static final class Table implements Stateful<NoMore> {
        private final int entries;
        private Keyed<Integer, Entry> byKey;

        Table(int entries) {
            this.entries = entries;
        }

        @Override
        public void open(Context context) throws Exception {
            byKey = context.keyed("entries", Integer.class, Entry.class);
            Output<Packet> out = context.output("OUT", Packet.class);
            context.receive("IN", Packet.class, packet -> {
                byKey.computeIfPresent(
                        (int) (packet.number() % entries), (key, entry) -> new Entry(entry.count() + 1, entry.generation()));
                out.emit(packet.with(packet.value() + 1));
            });
        }

        @Override
        public void begin() {
            for (int key = 0; key < entries; key++) {
                byKey.put(key, new Entry(0, 1));
            }
        }

        @Override
        public NoMore state() {
            return new NoMore();
        }

        @Override
        public void restore(NoMore state) {}
    }
}
