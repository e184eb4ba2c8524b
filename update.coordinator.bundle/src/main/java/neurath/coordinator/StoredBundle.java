package neurath.coordinator;

import java.util.Map;

/**
 * A bundle that a flow is to be resumed with, as it lies in the store.
 *
 * @param location it was installed from: what it is known by
 * @param key its id and the time it was installed or updated last: the end of the keys of its versions
 * @param name symbolic name and version, for people
 * @param digest SHA-256 of its jar
 */
record StoredBundle(String location, String key, String name, String digest) {
    static StoredBundle of(Entry entry) {
        return new StoredBundle(entry.required("location"), entry.required("key"), entry.required("bundle"), entry.required("sha256"));
    }

    Entry entry() {
        return new Entry(Entry.Kind.BUNDLE_STORED, Map.of("location", location, "key", key, "bundle", name, "sha256", digest));
    }

    static Entry dropped(String location) {
        return new Entry(Entry.Kind.BUNDLE_DROPPED, Map.of("location", location));
    }
}
