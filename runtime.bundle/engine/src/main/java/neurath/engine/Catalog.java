package neurath.engine;

import java.util.Comparator;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** The operator versions that are there. For any thread. */
@ProviderType
public interface Catalog {
    /** The versions that instances can be made of now. */
    List<OperatorVersion> available();

    /**
     * Whether the version's code is still the one its bundle runs: the bundle is active, and was neither updated nor refreshed since.
     * A service that came and went makes no difference.
     */
    boolean isCurrent(OperatorVersion version);

    /** A key that stays the same over restarts, and changes when the bundle is updated or installed anew. */
    String key(OperatorVersion version);

    /** Orders versions of the same number: what was installed or updated later is greater. */
    Comparator<OperatorVersion> newest();

    /** Operators that are there but cannot be used, and why; and bundles of operators that are not started. For people. */
    List<Unusable> unusable();

    /** What bundles offer to bring old things into new shapes now. */
    default Conversions conversions() {
        return Conversions.NONE;
    }

    /** Has the listener called soon after anything changed; several changes may become one call. It must not wait. */
    Subscription subscribe(Runnable listener);

    /**
     * An operator version that cannot be used.
     *
     * @param label such as {@code http/reply@2.0.0}
     */
    record Unusable(String label, String origin, String reason) {}

    /** A listener's subscription. */
    @FunctionalInterface
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
