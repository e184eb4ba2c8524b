package neurath.coordinator;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import neurath.engine.OperatorVersion;

/** Keeps the code of operator versions, so that a flow can be resumed with it whatever becomes of the framework's cache. */
@FunctionalInterface
interface BundleKeeper {
    /**
     * Puts the bundles of versions into the store, and the bundles that these are wired to.
     *
     * @throws IOException if one cannot be read or stored; its message says which
     */
    List<StoredBundle> keep(Collection<OperatorVersion> versions) throws IOException;
}
