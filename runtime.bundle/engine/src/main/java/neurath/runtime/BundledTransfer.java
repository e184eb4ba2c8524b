package neurath.runtime;

import neurath.api.StateTransfer;
import neurath.api.Transfers;
import neurath.engine.Conversions;
import neurath.engine.OperatorVersion;
import neurath.engine.Transfer;
import org.osgi.framework.VersionRange;

/** A state transfer in a bundle. */
@SuppressWarnings("rawtypes") // the registry knows classes without their type arguments
record BundledTransfer(OfferedService<StateTransfer> service, String from, VersionRange fromVersions, String to, VersionRange toVersions)
        implements
        Transfer {

    /** @throws IllegalArgumentException if its properties or its class do not say what it is for */
    static BundledTransfer of(OfferedService<StateTransfer> service) {
        Conversions.types(service.type(), StateTransfer.class);
        return new BundledTransfer(
                service, operator(service, "from"), versions(service, "fromVersions"), operator(service, "to"),
                versions(service, "toVersions"));
    }

    private static String operator(OfferedService<?> service, String name) {
        String operator = service.property(Transfers.PREFIX_ + name);
        if (operator == null) {
            throw new IllegalArgumentException(
                    "it has no property " + Transfers.PREFIX_ + name + "; put @Transfers(from = …, to = …) on its class");
        }
        return operator;
    }

    private static VersionRange versions(OfferedService<?> service, String name) {
        String range = service.property(Transfers.PREFIX_ + name);
        try {
            return new VersionRange(range == null ? "0" : range);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("its " + name + " '" + range + "' is no version range such as [1,2)", e);
        }
    }

    @Override
    public String label() {
        return service.label();
    }

    @Override
    public Class<?> type() {
        return service.type();
    }

    @Override
    public boolean isBetween(OperatorVersion old, OperatorVersion next) {
        return old.operator().equals(from)
                && fromVersions.includes(old.version())
                && next.operator().equals(to)
                && toVersions.includes(next.version());
    }

    @Override
    public boolean isOffered() {
        return service.isOffered();
    }

    @Override
    public StateTransfer<?, ?> fetch() {
        return service.fetch();
    }

    @Override
    public void release(StateTransfer<?, ?> fetched) {
        service.release(fetched);
    }
}
