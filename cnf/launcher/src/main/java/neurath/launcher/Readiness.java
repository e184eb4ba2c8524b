package neurath.launcher;

import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceReference;

/**
 * Waits until the platform's own flow serves; those of people come and go beside it. The runtime registers a service for each flow
 * that runs, with the property {@code neurath.flow}, and with {@code address} once requests are served; one that cannot come up says
 * why in {@code neurath.flow.failed}.
 */
final class Readiness {
    private static final String FLOW = "neurath.flow";
    private static final String ADDRESS = "address";
    private static final String FAILED = "neurath.flow.failed";
    private static final String FILTER = "(&(" + FLOW + "=%s)(|(" + ADDRESS + "=*)(" + FAILED + "=*)))";

    private Readiness() {}

    /**
     * What happened to the flow.
     *
     * @param serving {@code web-server on http://127.0.0.1:8080}; null if it failed
     * @param failure null if it serves
     */
    record Outcome(String serving, String failure) {}

    static CompletableFuture<Outcome> watch(BundleContext context, String flow) {
        String filter = FILTER.formatted(flow);
        var outcome = new CompletableFuture<Outcome>();
        try {
            context.addServiceListener(
                    event -> {
                        if (event.getType() != ServiceEvent.UNREGISTERING && event.getType() != ServiceEvent.MODIFIED_ENDMATCH) {
                            outcome.complete(outcome(event.getServiceReference()));
                        }
                    },
                    filter);
            ServiceReference<?>[] there = context.getAllServiceReferences(null, filter);
            if (there != null) {
                Arrays.stream(there).findFirst().ifPresent(reference -> outcome.complete(outcome(reference)));
            }
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
        return outcome;
    }

    private static Outcome outcome(ServiceReference<?> reference) {
        Object failure = reference.getProperty(FAILED);
        return failure == null
                ? new Outcome(reference.getProperty(FLOW) + " on " + reference.getProperty(ADDRESS), null)
                : new Outcome(null, Objects.toString(failure));
    }
}
