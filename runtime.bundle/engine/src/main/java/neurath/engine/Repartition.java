package neurath.engine;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The sharing out of keyed state when the number of replicas changes, or what their packets are shared by: each new instance gets the
 * entries whose keys lead to it, from all old ones. The old ones keep theirs, so that who takes the update back needs to do nothing.
 *
 * <p>For one thread, while a marker holds the nodes of both.
 */
public final class Repartition {
    /** So often it looks whether it is to give up. */
    private static final int SLICE = 1024;

    private final List<Instance> after;
    private final Map<String, KeyedTable[]> shares = new LinkedHashMap<>();
    private long entries;

    private Repartition(List<Instance> after) {
        this.after = after;
    }

    /**
     * Gives new instances the entries of old ones.
     *
     * @param before those that work now
     * @param after those that are to work, in the order of their indices, all of one version
     * @return the number of entries
     * @throws HandoverException if an entry cannot be brought into shape, or two old instances have one of the same key
     * @throws Exception what a transfer's constructor throws
     */
    public static long between(List<Instance> before, List<Instance> after) throws Exception {
        var repartition = new Repartition(List.copyOf(after));
        for (Instance old : before.stream().sorted(Comparator.comparing(Instance::isClosed)).toList()) {
            repartition.take(old);
        }
        repartition.give();
        return repartition.entries;
    }

    private void take(Instance old) throws Exception {
        for (var mapping : EntryMapping.between(old.version().signature(), after.getFirst().version().signature()).entrySet()) {
            KeyedMap map = old.keyed().find(mapping.getKey());
            KeyedTable[] tables = shares.computeIfAbsent(mapping.getKey(), ignored -> empty(map.table().size()));
            for (var entries = map.table().entries(); entries.hasNext();) {
                var entry = entries.next();
                bring(map, mapping.getValue(), entry.getKey(), entry.getValue(), old.isClosed(), tables);
            }
        }
    }

    private KeyedTable[] empty(long expected) {
        var tables = new KeyedTable[after.size()];
        for (int i = 0; i < tables.length; i++) {
            tables[i] = new KeyedTable(expected / tables.length);
        }
        return tables;
    }

    /** @param over whether its node has ended: what it has may have gone on in another replica since, with an earlier update */
    private void bring(
            KeyedMap map, EntryMapping mapping, Object key, Object value, boolean over, KeyedTable[] tables) throws Exception {
        if (++entries % SLICE == 0 && Thread.interrupted()) {
            throw new InterruptedException(map.path() + ": the sharing out of its entries was given up");
        }
        Object brought;
        Object next;
        try {
            brought = mapping.key(key);
            next = mapping.value(key, brought, value);
        } catch (Throwable t) {
            throw new HandoverException(map.path() + ": the entry of the key " + Shadow.said(key) + " cannot be brought into "
                    + mapping.intoWhat() + ": " + (t.getMessage() == null ? t.toString() : t.getMessage()), t);
        }
        KeyedTable table = tables[RoutingKey.replica(brought, tables.length)];
        if (next == null || over && table.get(brought) != null) {
            return;
        }
        if (table.put(brought, next) != null) {
            throw new HandoverException(map.path() + ": the key " + Shadow.said(key)
                    + " has an entry in another replica too, so it is not what packets are shared by; let the state begin anew", null);
        }
    }

    private void give() {
        shares.forEach((name, tables) -> {
            for (int i = 0; i < tables.length; i++) {
                after.get(i).keyed().find(name).takeOver(tables[i]);
            }
        });
    }
}
