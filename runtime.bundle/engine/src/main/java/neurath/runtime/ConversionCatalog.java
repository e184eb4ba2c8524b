package neurath.runtime;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import neurath.api.PacketAdapter;
import neurath.api.StateTransfer;
import neurath.engine.Conversions;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What bundles offer to bring old things into new shapes: the one class that holds the dynamic references to it. Its callbacks note what
 * came and went, and do no other work.
 */
@Component(service = ConversionCatalog.class)
@SuppressWarnings("rawtypes") // the registry knows classes without their type arguments
public final class ConversionCatalog {
    private static final Logger LOG = LoggerFactory.getLogger(ConversionCatalog.class);

    private final BundleContext context;
    private final ServiceComponentRuntime components;
    private final Map<ServiceReference<StateTransfer>, Offer<StateTransfer>> transfers = new ConcurrentHashMap<>();

    private final Map<ServiceReference<PacketAdapter>, Offer<PacketAdapter>> adapters = new ConcurrentHashMap<>();

    /** A service, and what it turned out to be when it was first looked at: something of use, or nothing. */
    private static final class Offer<S> {
        private Optional<OfferedService<S>> service;
    }

    @Activate
    public ConversionCatalog(BundleContext context, @Reference ServiceComponentRuntime components) {
        this.context = context;
        this.components = components;
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, service = StateTransfer.class)
    void addTransfer(ServiceReference<StateTransfer> reference) {
        transfers.put(reference, new Offer<>());
    }

    void removeTransfer(ServiceReference<StateTransfer> reference) {
        transfers.remove(reference);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, service = PacketAdapter.class)
    void addAdapter(ServiceReference<PacketAdapter> reference) {
        adapters.put(reference, new Offer<>());
    }

    void removeAdapter(ServiceReference<PacketAdapter> reference) {
        adapters.remove(reference);
    }

    /** What is offered now and can be used, best first. What cannot is told once, with the reason. */
    Conversions offered() {
        return new Conversions(offered(transfers, BundledTransfer::of), offered(adapters, BundledAdapter::of));
    }

    private <S, C> List<C> offered(Map<ServiceReference<S>, Offer<S>> offers, Function<OfferedService<S>, C> use) {
        return offers.entrySet().stream()
                .flatMap(offer -> look(offer.getKey(), offer.getValue(), use).stream())
                .filter(OfferedService::isOffered)
                .sorted(OfferedService.BEST)
                .map(use)
                .toList();
    }

    private <S> Optional<OfferedService<S>> look(ServiceReference<S> reference, Offer<S> offer, Function<OfferedService<S>, ?> use) {
        synchronized (offer) {
            if (offer.service == null) {
                offer.service = judge(reference, use);
            }
            return offer.service;
        }
    }

    private <S> Optional<OfferedService<S>> judge(ServiceReference<S> reference, Function<OfferedService<S>, ?> use) {
        try {
            var service = new OfferedService<>(reference, context, components);
            var _ = use.apply(service);
            return Optional.of(service);
        } catch (IllegalArgumentException e) {
            LOG.warn("{} of {} cannot be used: {}", reference.getProperty("component.name"), reference.getBundle(), e.getMessage());
            return Optional.empty();
        }
    }
}
