package neurath.coordinator;

import java.util.concurrent.atomic.AtomicInteger;
import neurath.api.StateTransfer;
import neurath.engine.OperatorVersion;
import neurath.engine.Transfer;

/** A state transfer that a bundle of a test offers, from and to one version each. */
final class TestTransfer implements Transfer {
    final AtomicInteger inUse = new AtomicInteger();
    volatile boolean isOffered;

    private final String from;
    private final String to;
    private final StateTransfer<?, ?> transfer;

    /** @param from as in {@code count@1.0.0} */
    TestTransfer(String from, String to, StateTransfer<?, ?> transfer) {
        this.from = from;
        this.to = to;
        this.transfer = transfer;
    }

    @Override
    public String label() {
        return transfer.getClass().getSimpleName() + " of bundle 99";
    }

    @Override
    public Class<?> type() {
        return transfer.getClass();
    }

    @Override
    public boolean isBetween(OperatorVersion old, OperatorVersion next) {
        return old.label().equals(from) && next.label().equals(to);
    }

    @Override
    public boolean isOffered() {
        return isOffered;
    }

    @Override
    public StateTransfer<?, ?> fetch() {
        inUse.incrementAndGet();
        return transfer;
    }

    @Override
    public void release(StateTransfer<?, ?> fetched) {
        inUse.decrementAndGet();
    }
}
