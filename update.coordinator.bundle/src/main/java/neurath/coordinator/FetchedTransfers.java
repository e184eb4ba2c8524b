package neurath.coordinator;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import neurath.api.StateTransfer;
import neurath.coordinator.plan.Plan;
import neurath.coordinator.plan.Plan.Replacement;
import neurath.engine.Conversions;
import neurath.engine.States;
import neurath.engine.Transfer;

/**
 * The state transfers of bundles that an update uses, from PREPARED to the end of the handover. For the update's thread.
 */
final class FetchedTransfers {
    private final Plan plan;
    private final Supplier<Conversions> offered;
    private final Map<String, StateTransfer<?, ?>> fetched = new HashMap<>();

    FetchedTransfers(Plan plan, Supplier<Conversions> offered) {
        this.plan = plan;
        this.offered = offered;
    }

    /** Keeps what was fetched for a node until it is given back. */
    void put(String node, StateTransfer<?, ?> transfer) {
        fetched.put(node, transfer);
    }

    /** The transfer by which a node takes a state over, if it is not by what the versions declare. */
    Optional<StateTransfer<?, ?>> of(String node) {
        return Optional.ofNullable(fetched.get(node));
    }

    /** Why the plan's choice is not the one to make any more, if a transfer came or went. */
    Optional<String> change() {
        Conversions now = offered.get();
        return plan.versionReplacements().entrySet().stream()
                .filter(replacement -> !plan.fresh().contains(replacement.getKey()))
                .flatMap(replacement -> change(replacement.getKey(), replacement.getValue(), now).stream())
                .findFirst();
    }

    private Optional<String> change(String node, Replacement replacement, Conversions now) {
        Transfer planned = plan.transfers().get(node);
        Optional<Transfer> best = States.transfer(replacement.from(), replacement.to(), now.transfers());
        if (planned != null && !planned.isOffered()) {
            return Optional
                    .of("the transfer " + planned.label() + " for " + node + " has gone since the plan was made; start its bundle, or"
                            + " plan again");
        }
        return best.filter(transfer -> !transfer.equals(planned))
                .map(transfer -> "the transfer " + transfer.label() + " for " + node + " has come since the plan was made; plan again");
    }

    /** Gives everything back. */
    void release() {
        fetched.forEach((node, transfer) -> plan.transfers().get(node).release(transfer));
        fetched.clear();
    }
}
