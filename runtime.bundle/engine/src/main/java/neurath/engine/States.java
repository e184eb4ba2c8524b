package neurath.engine;

import java.util.List;
import java.util.Optional;

/** Whether and how the state of one version can become that of another: what a plan asks before anything is touched. */
public final class States {
    private States() {}

    /** Whether there is a state to hand over: both versions keep one. */
    public static boolean isHandedOver(OperatorVersion from, OperatorVersion to) {
        return from.signature().state().isPresent() && to.signature().state().isPresent();
    }

    /** Why it cannot without a transfer that a bundle offers, with what to do; empty if it can, or if one of them keeps no state. */
    public static Optional<String> problem(Signature from, Signature to) {
        return StateMapping.problem(from, to).or(() -> EntryMapping.problem(from, to));
    }

    /**
     * The transfer to take of those that bundles offer: the first that is meant for the two versions and whose shapes fit. Of one version
     * to itself state passes as it is.
     */
    public static Optional<Transfer> transfer(OperatorVersion from, OperatorVersion to, List<Transfer> offered) {
        return meant(from, to, offered).stream()
                .filter(transfer -> StateMapping.problem(transfer.type(), from.signature(), to.signature()).isEmpty())
                .findFirst();
    }

    private static List<Transfer> meant(OperatorVersion from, OperatorVersion to, List<Transfer> offered) {
        return from.equals(to) || !isHandedOver(from, to)
                ? List.of()
                : offered.stream().filter(transfer -> transfer.isBetween(from, to)).toList();
    }

    /** Why it cannot, with what to do; empty if it can, or if the old version keeps no state. */
    public static Optional<String> problem(OperatorVersion from, OperatorVersion to, List<Transfer> offered) {
        List<Transfer> meant = meant(from, to, offered);
        if (meant.isEmpty()) {
            return problem(from.signature(), to.signature());
        }
        return transfer(from, to, meant).isPresent()
                ? EntryMapping.problem(from.signature(), to.signature())
                : meant.stream()
                        .flatMap(transfer -> StateMapping.problem(transfer.type(), from.signature(), to.signature())
                                .map(misfit -> "the transfer " + transfer.label() + " is meant for it and " + misfit
                                        + "; mend it, or stop its bundle")
                                .stream())
                        .findFirst();
    }

    /**
     * How it does, for people: {@code by the transfer CountToTally of bundle 42}.
     *
     * @param taken what {@link #transfer} said
     */
    public static String way(OperatorVersion from, OperatorVersion to, Optional<Transfer> taken) {
        return taken.map(transfer -> "by the transfer " + transfer.label())
                .or(() -> StateMapping.declared(from.signature(), to.signature())
                        .map(declared -> "by " + declared.getSimpleName() + ", which a version declares"))
                .orElse("by name");
    }
}
