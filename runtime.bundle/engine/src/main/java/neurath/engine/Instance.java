package neurath.engine;

import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import neurath.api.Beginning;
import neurath.api.Context;
import neurath.api.Keyed;
import neurath.api.Lease;
import neurath.api.Operator;
import neurath.api.Output;
import neurath.api.Polling;
import neurath.api.Stateful;
import neurath.api.Step;
import neurath.api.Timed;
import neurath.api.Watch;
import neurath.engine.Signature.PortType;
import neurath.engine.Signature.ThreadKind;
import neurath.events.Event;
import neurath.graph.Port;

/**
 * One operator object of one version, opened for one node: built beside the running one, put in at a marker, retired when its work is
 * done.
 */
public final class Instance {
    private final LiveNode node;
    private final OperatorVersion version;
    private final Operator operator;
    private final ContextLoader code;
    private final KeyedMaps keyed;
    private final Map<String, Object> parameters;
    private final Map<Port, Emitter> emitters = new HashMap<>();
    private final Map<String, Context.Receiver<Object>> receivers = new HashMap<>();
    /** What open or begin asked of the section before the instance was put in. */
    private final List<Runnable> onceIn = new ArrayList<>();

    /** What it noted while it was not in, and is nothing to know if it never is. */
    private final Map<String, String> notedBefore = new LinkedHashMap<>();
    private boolean isHeard;

    /** The ends of the node's arcs: while it is built those it is to have; the section's from then on. */
    private Ports ports;

    /** Set and read on the section's thread: it is this instance's turn. */
    private boolean in;

    /**
     * The thread that works it while it is in. A plain field: whoever else reads it, and whatever it finds, it never finds itself.
     */
    private Thread worker;

    /** It has made a state of its own. */
    private volatile boolean begun;
    /** It was put in at least once, so that its state is the node's. */
    private volatile boolean entered;

    /** Nobody takes its state over. */
    private volatile boolean stateGoesToo;

    /** When it was taken out nobody took its state over, and it may be put in again. */
    private volatile boolean hasItsState;

    /** The copying of the keyed state it is to take over, until it has. */
    private volatile PreCopy preCopy;
    private volatile WayBack wayBack;

    /** Entries of the state that passes whole. */
    private volatile long size = -1;

    /** Completes when nobody makes it ready any more. */
    private CompletableFuture<Void> left = CompletableFuture.completedFuture(null);
    /** It is to be closed when it is left. */
    private boolean unwanted;

    private final AtomicInteger leases = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean retiring;
    private final CompletableFuture<Void> retired = new CompletableFuture<>();

    /** @param ports the ends of the arcs it is to have when it is put in */
    Instance(LiveNode node, OperatorVersion version, Ports ports, Map<String, Object> parameters) throws Exception {
        this.node = node;
        this.version = version;
        this.ports = ports;
        this.parameters = parameters;
        this.keyed = new KeyedMaps(node.path(), version.signature(), () -> in && node.placement.isCurrent());
        this.code = ContextLoader.of(version);
        this.operator = create();
    }

    private Operator create() throws Exception {
        node.flow.leftThreads.comes(code);
        try {
            return code.call(version::create);
        } catch (Throwable t) {
            node.flow.leftThreads.goes(code, node, version);
            throw t;
        }
    }

    /** Opens the operator; on failure it is closed and given back. */
    void open() throws Exception {
        try {
            if (operator instanceof Step<?, ?> step) {
                bindStep(step);
            }
            code.run(() -> operator.open(new NodeContext()));
            for (String port : ports.connectedInputs()) {
                if (!receivers.containsKey(port)) {
                    throw new IllegalStateException(
                            node.path() + ": " + version.label() + " set no receiver for its port " + port + " in open()");
                }
            }
        } catch (Throwable t) {
            dismiss();
            throw t;
        }
    }

    /** Makes the first state, where there is none to take over. */
    void begin() throws Exception {
        if (operator instanceof Stateful<?> stateful) {
            begun = true;
            keyed.filling(() -> code.call(() -> {
                stateful.begin();
                return this;
            }));
        }
    }

    /** Has the state released with the instance, as nobody takes it over. Exceptions are logged. */
    void discard() {
        if (operator instanceof Stateful<?> stateful) {
            try {
                code.run(stateful::discard);
            } catch (Throwable t) {
                node.flow.log.warn("{}: {} failed to discard its state", node.path(), version.label(), t);
            }
        }
    }

    /** The version it is of. */
    public OperatorVersion version() {
        return version;
    }

    /** Name of the node it was built for. */
    public String node() {
        return node.name();
    }

    /** The flow it was built for. */
    Flow flow() {
        return node.flow;
    }

    /** {@code web-server/load}. */
    String path() {
        return node.path();
    }

    /** Whether it was built for a node. */
    boolean isOf(LiveNode other) {
        return node == other;
    }

    /** The instance whose state it takes over: the one that fills its node now. */
    Instance predecessor() {
        return node.instance();
    }

    /** The number of leases it has not given back. */
    public int leases() {
        return leases.get();
    }

    /** About how many entries the state held that passes whole when it was last measured; -1 if nobody knows. For any thread. */
    long size() {
        return size;
    }

    /** Asks the operator how much state it has. On the section's thread: who wants to know waits for no operator. */
    void measureState() {
        if (operator instanceof Stateful<?> stateful) {
            try {
                size = stateful.size();
            } catch (RuntimeException e) {
                size = -1;
                node.flow.log.debug("{}: {} cannot tell the size of its state", node.path(), version.label(), e);
            }
        }
    }

    /** Whether it was closed. */
    boolean isClosed() {
        return closed.get();
    }

    /**
     * It is being made ready, by somebody who is done with it when the future completes.
     *
     * @throws IllegalStateException if nobody wants it any more
     */
    synchronized void inWorkUntil(CompletableFuture<Void> done) {
        if (unwanted) {
            throw new IllegalStateException(path() + ": " + version.label() + " is not wanted any more");
        }
        left = done;
    }

    /** Closes an instance that was never put in, as soon as nobody makes it ready any more. */
    void dismissWhenLeft() {
        CompletableFuture<Void> work;
        synchronized (this) {
            unwanted = true;
            work = left;
        }
        var _ = work.thenRun(this::dismiss);
    }

    /** Completes when it is closed and released. */
    CompletableFuture<Void> closed() {
        return retired.copy();
    }

    /** Closes an instance that was never put in, or is out again: now, whatever leases it has. Exceptions are logged. */
    public void dismiss() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        endPreCopy();
        if (begun && !entered || stateGoesToo) {
            discard();
        }
        try {
            code.run(operator::close);
        } catch (Throwable t) {
            node.flow.log.warn("{}: {} failed to close; it is given up", node.path(), version.label(), t);
        } finally {
            try {
                version.release(operator);
            } finally {
                retired.complete(null);
                node.flow.leftThreads.goes(code, node, version);
            }
        }
    }

    /** Closes an instance that is out, as soon as its last lease is given back. Completes when it is closed and released. */
    public CompletableFuture<Void> retire() {
        retiring = true;
        dismissIfIdle();
        return retired.copy();
    }

    /** It is out, and may be put in again; whether nobody took its state over. */
    void keepWith(boolean state) {
        hasItsState = state;
    }

    /** Closes an instance that was to be put in where it is too late for it, with its state if that is still its own. */
    CompletableFuture<Void> retireUnused() {
        return hasItsState ? retireWithState() : retire();
    }

    /** The same for the last instance of a node that is no more: its state is discarded with it. */
    CompletableFuture<Void> retireWithState() {
        stateGoesToo = true;
        return retire();
    }

    @Override
    public String toString() {
        return node.path() + ' ' + version.label() + " (" + leases + " leases)";
    }

    KeyedMaps keyed() {
        return keyed;
    }

    /** The copying of the keyed state of an instance that it is to take over; made by the first who asks. */
    PreCopy preCopy(Instance before) throws Exception {
        if (preCopy == null) {
            preCopy = PreCopy.of(before, this);
        }
        return preCopy;
    }

    /** It takes nothing over, at least not now. */
    void endPreCopy() {
        if (preCopy != null) {
            preCopy.stop();
            preCopy = null;
        }
    }

    /** What leads back to the version before it, or {@code null}. */
    WayBack wayBack() {
        return wayBack;
    }

    void wayBack(WayBack kept) {
        wayBack = kept;
    }

    /** Nobody goes back to that version any more. */
    void endWayBack(OperatorVersion before) {
        WayBack back = wayBack;
        if (back != null && back.leadsTo(before)) {
            wayBack = null;
            onSection(back::end);
        }
    }

    /** Has something done by the section's thread between two packets. */
    void onSection(Runnable order) {
        node.post(order);
    }

    Operator operator() {
        return operator;
    }

    /** What its code runs with. */
    ContextLoader code() {
        return code;
    }

    Context.Receiver<Object> receiver(String port) {
        return receivers.get(port);
    }

    /** It is this instance's turn. On the section's thread. */
    void enter() {
        in = true;
        worker = Thread.currentThread();
        preCopy = null; // it knows the instance before
        entered = true;
        Map<String, String> noted;
        synchronized (notedBefore) {
            isHeard = true;
            noted = Map.copyOf(notedBefore);
            notedBefore.clear();
        }
        noted.forEach(node::note);
        for (Runnable request : onceIn) {
            try {
                request.run();
            } catch (RuntimeException e) {
                node.flow.log.error("{}: what {} asked for in open() failed", node.path(), version.label(), e);
            }
        }
        onceIn.clear();
    }

    /** The node has other arcs now, and this instance stays. On the section's thread. */
    void rewire(Ports next) {
        ports = next;
        emitters.values().forEach(emitter -> emitter.outlet = next.sameAs(emitter.outlet));
    }

    /** Whether it can take packets from a port. */
    boolean receives(String port) {
        return receivers.containsKey(port);
    }

    /** It is this instance's turn no more. On the section's thread. */
    void leave() {
        in = false;
        worker = null;
        synchronized (notedBefore) {
            isHeard = false;
        }
    }

    /** The caller's is the section's thread now. */
    void isWorkedHere() {
        if (in) {
            worker = Thread.currentThread();
        }
    }

    private void dismissIfIdle() {
        if (retiring && leases.get() == 0 && !closed.get()) {
            node.flow.threads.start(ThreadKind.VIRTUAL, node.path() + " retires", this::dismiss);
        }
    }

    @SuppressWarnings("unchecked")
    private <I, O> void bindStep(Step<I, O> step) {
        Output<Object> out = emitter(ports.outlet("OUT"));
        receivers.put("IN", packet -> {
            O result = step.apply((I) packet);
            if (result != null) {
                out.emit(result);
            } else {
                node.filtered.setOpaque(node.filtered.getPlain() + 1);
            }
        });
    }

    private PortType declared(Map<String, PortType> declarations, String port, Class<?> type) {
        PortType declared = declarations.get(port);
        if (declared == null) {
            throw new IllegalArgumentException(
                    node.path() + ": " + version.label() + " declares no port " + port + "; there are " + declarations.keySet());
        }
        if (declared.type() != type) {
            throw new IllegalArgumentException(node.path() + '.' + port + ": declared as " + declared.type().getName() + ", asked for as "
                    + type.getName());
        }
        return declared;
    }

    @SuppressWarnings("unchecked")
    private <T> Output<T> emitter(Outlet outlet) {
        return (Output<T>) emitters.computeIfAbsent(outlet.port,
                ignored -> node.flow.inspectsPackets ? new InspectingEmitter(outlet) : new Emitter(outlet));
    }

    /** An output port as the operator holds it: silent before and after the instance's time. */
    private class Emitter implements Output<Object> {
        Outlet outlet;

        Emitter(Outlet outlet) {
            this.outlet = outlet;
        }

        @Override
        public void emit(Object packet) {
            checkThread();
            if (packet == null) {
                throw new NullPointerException(node.path() + ": " + version.label() + " emits null; to emit nothing, do not emit");
            }
            outlet.emit(packet);
        }

        /** Before and after its time, and on a thread that is not the section's, it emits nothing. */
        final void checkThread() {
            if (Thread.currentThread() != worker) {
                throw refusal();
            }
        }

        private IllegalStateException refusal() {
            Thread caller = Thread.currentThread();
            String who = node.path() + ": " + version.label();
            return node.placement.isCurrent() || !closed.get() && !in
                    ? new IllegalStateException(who + " emits while it is not in; emit from packets, readiness and timers only")
                    : new IllegalStateException(who + (closed.get() ? ", which is closed," : "") + " emits from the thread \""
                            + caller.getName() + "\", which is not its section's; emit from packets, readiness and timers only");
        }

        @Override
        public boolean connected() {
            return !outlet.rings.isEmpty();
        }
    }

    /** An output port of the test mode: says which packets are none for an arc. */
    private final class InspectingEmitter extends Emitter {
        private final PortType declared;
        private final Set<Class<?>> strays = new HashSet<>();

        InspectingEmitter(Outlet outlet) {
            super(outlet);
            declared = version.signature().outputs().get(outlet.port.name());
        }

        @Override
        public void emit(Object packet) {
            checkThread();
            if (packet != null) {
                inspect(packet.getClass());
            }
            super.emit(packet);
        }

        private void inspect(Class<?> type) {
            boolean isOfAnOperator = version.isOfAnOperator(type);
            if ((isOfAnOperator || declared != null && !declared.type().isAssignableFrom(type)) && strays.add(type)) {
                String why = isOfAnOperator
                        ? "a class of an operator's bundle, which other versions do not know"
                        : "which is no " + declared.type().getName();
                node.flow.publish(at -> new Event.Notice(at, node.flow.name(), "stray packet: " + node.path() + '.' + outlet.port.name()
                        + " (" + version.label() + " of " + version.origin() + ") emits a " + type.getName() + ", " + why));
            }
        }
    }

    private final class NodeContext implements Context {
        @Override
        public String node() {
            return node.path();
        }

        @Override
        public <P extends Record> P parameters(Class<P> shape) {
            return ParameterBinder.bind(node.path(), shape, parameters);
        }

        @Override
        @SuppressWarnings("unchecked")
        public <T> void receive(String port, Class<T> type, Receiver<? super T> receiver) {
            declared(version.signature().inputs(), port, type);
            receivers.put(port, (Receiver<Object>) receiver);
        }

        @Override
        public <T> Output<T> output(String port, Class<T> type) {
            declared(version.signature().outputs(), port, type);
            return emitter(ports.outlet(port));
        }

        @Override
        public <T> List<Output<T>> outputs(String port, Class<T> type) {
            declared(version.signature().outputs(), port, type);
            return ports.outlets(port).stream().map(outlet -> Instance.this.<T>emitter(outlet)).toList();
        }

        @Override
        @SuppressWarnings("unchecked")
        public <K, V> Keyed<K, V> keyed(String name, Class<K> key, Class<V> value) {
            return (Keyed<K, V>) keyed.declared(name, key, value);
        }

        @Override
        public Watch watch(SelectableChannel channel, int operations, Object subject) {
            if (!(operator instanceof Polling)) {
                throw new IllegalStateException(said() + " watches a channel and could not be told; implement Polling");
            } else if (!channel.isOpen()) {
                throw new IllegalArgumentException(said() + " watches a channel that is closed");
            } else if (channel.isBlocking()) {
                throw new IllegalArgumentException(said() + " watches a channel in blocking mode; configureBlocking(false) first");
            }
            Watched watched = new Watched(node, channel, operations, subject);
            whenIn(watched::register);
            return watched;
        }

        @Override
        public Timer timer(Duration delay, Object subject) {
            if (!(operator instanceof Timed)) {
                throw new IllegalStateException(said() + " sets a timer and could not be told; implement Timed");
            }
            Timers.Entry entry = new Timers.Entry(node.flow.threads.now() + delay.toNanos(), subject);
            Runnable request = () -> node.timers.add(entry);
            whenIn(request);
            return () -> {
                onceIn.remove(request);
                node.timers.remove(entry);
            };
        }

        @Override
        public Lease lease() {
            leases.incrementAndGet();
            AtomicBoolean given = new AtomicBoolean();
            return () -> {
                if (given.compareAndSet(false, true)) {
                    leases.decrementAndGet();
                    dismissIfIdle();
                    node.placement.wake();
                }
            };
        }

        @Override
        public Beginning begin() {
            return node.flow.beginnings.begin();
        }

        @Override
        public void note(String name, String value) {
            synchronized (notedBefore) {
                if (!isHeard) {
                    notedBefore.put(name, value);
                    return;
                }
            }
            node.note(name, value);
        }

        private String said() {
            return node.path() + ": " + version.label();
        }

        private void whenIn(Runnable request) {
            if (in) {
                request.run();
            } else {
                onceIn.add(request);
            }
        }
    }
}
