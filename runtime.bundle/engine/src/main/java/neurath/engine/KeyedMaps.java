package neurath.engine;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import neurath.engine.Signature.KeyedType;

/** The keyed maps of one instance, all that its version declares, whether it asks for them or not. */
final class KeyedMaps {
    private final String path;
    private final Map<String, KeyedMap> maps = new LinkedHashMap<>();

    KeyedMaps(String path, Signature signature, BooleanSupplier atWork) {
        this.path = path;
        signature.keyed().values().forEach(type -> maps.put(type.name(), new KeyedMap(type, path + '.' + type.name(), atWork)));
    }

    /**
     * The map as the operator asks for it.
     *
     * @throws IllegalArgumentException if it is not declared, or with other types
     */
    KeyedMap declared(String name, Class<?> key, Class<?> value) {
        KeyedMap map = maps.get(name);
        if (map == null) {
            throw new IllegalArgumentException(path + ": the operator declares no keyed state '" + name + "'; there are " + maps.keySet()
                    + "; add a @KeyedState to its class");
        }
        KeyedType type = map.type;
        if (type.key() != key || type.value() != value) {
            throw new IllegalArgumentException(path + ": the keyed state '" + name + "' is declared from " + type.key().getName() + " to "
                    + type.value().getName() + ", and asked for from " + key.getName() + " to " + value.getName());
        }
        return map;
    }

    KeyedMap find(String name) {
        return maps.get(name);
    }

    Collection<KeyedMap> all() {
        return maps.values();
    }

    /** Runs what makes the first state: it may fill the maps that were not handed over. */
    <T> T filling(Callable<T> work) throws Exception {
        maps.values().forEach(map -> map.filling(true));
        try {
            return work.call();
        } finally {
            maps.values().forEach(map -> map.filling(false));
        }
    }
}
