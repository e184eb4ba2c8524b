package neurath.http.cache;

import neurath.http.Request;

/** The keys by which entries are kept. */
public final class Keys {
    private static final String IDENTITY = "identity";

    private Keys() {}

    /** Of what is for all who ask for a path and take the same codings. */
    public static String variant(Request request) {
        return request.path() + ' ' + String.join(",", request.codings());
    }

    /** Of what is for all who ask for a path, or {@code null} for a client that does not take what has no coding. */
    static String resource(Request request) {
        return request.codings().contains(IDENTITY) ? request.path() : null;
    }
}
