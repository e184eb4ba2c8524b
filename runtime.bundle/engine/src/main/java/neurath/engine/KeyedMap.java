package neurath.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import neurath.api.Keyed;
import neurath.engine.Signature.KeyedType;

/**
 * A keyed map as one instance holds it. The section's thread changes it, and after each change tells the key to the {@link Shadow}s that
 * follow; without any, that is a look at an empty array. Shadows come, turn and go on the section's thread as well, between two packets,
 * so no change falls between two of their logs.
 */
final class KeyedMap implements Keyed<Object, Object> {
    private static final Shadow[] NOBODY = {};

    final KeyedType type;

    private final String path;
    private final BooleanSupplier atWork;
    private KeyedTable table = new KeyedTable(0);
    private boolean handedOver;
    private boolean filling;
    private Shadow[] followers = NOBODY;

    /**
     * @param path for messages: {@code web-server/load.sessions}
     * @param atWork whether the instance is in, and this is its section's thread
     */
    KeyedMap(KeyedType type, String path, BooleanSupplier atWork) {
        this.type = type;
        this.path = path;
        this.atWork = atWork;
    }

    @Override
    public Object get(Object key) {
        return table.get(key(key));
    }

    @Override
    public long size() {
        return table.size();
    }

    @Override
    public Object put(Object key, Object value) {
        Objects.requireNonNull(value, () -> path + ": null is no value; remove the key " + key);
        mayChange();
        Object before = table.put(key(key), value);
        changed(key);
        return before;
    }

    @Override
    public Object remove(Object key) {
        mayChange();
        Object before = table.remove(key(key));
        if (before != null) {
            changed(key);
        }
        return before;
    }

    @Override
    public void forEach(BiConsumer<Object, Object> action) {
        table.forEach(action);
    }

    @Override
    public boolean removeIf(BiPredicate<Object, Object> condition) {
        mayChange();
        long before = table.size();
        table.forEach((key, value) -> {
            if (condition.test(key, value)) {
                remove(key);
            }
        });
        return table.size() < before;
    }

    // ---- for the engine ----

    String path() {
        return path;
    }

    /** For the section's thread, and for others while the node is frozen. */
    KeyedTable table() {
        return table;
    }

    /** The content is that of the version before. Before the instance is put in. */
    void takeOver(KeyedTable content) {
        table = content;
        handedOver = true;
    }

    /** Whether the instance may fill it though it is not in yet. Before the instance is put in. */
    void filling(boolean now) {
        filling = now && !handedOver;
    }

    /** Has a shadow told of every change from here on. On the section's thread, or before the instance is put in. */
    void follow(Shadow shadow) {
        followers = Arrays.copyOf(followers, followers.length + 1);
        followers[followers.length - 1] = shadow;
    }

    /** Ends a {@link #follow}. On the section's thread, or by another while the node is frozen. */
    void unfollow(Shadow shadow) {
        followers = Arrays.stream(followers).filter(other -> other != shadow).toArray(Shadow[]::new);
    }

    /** Who is told of changes. On the section's thread. */
    List<Shadow> followers() {
        return List.of(followers);
    }

    private void changed(Object key) {
        for (Shadow shadow : followers) {
            shadow.changed(key);
        }
    }

    private Object key(Object key) {
        return Objects.requireNonNull(key, () -> path + ": null is no key");
    }

    private void mayChange() {
        if (!filling && !atWork.getAsBoolean()) {
            throw new IllegalStateException(path + (handedOver
                    ? ": the entries of the version before are not changed in restore; bring them into shape with a KeyedTransfer"
                    : ": changed while its operator is not in, or by a thread of its own; change it from packets, readiness and timers only"));
        }
    }
}
