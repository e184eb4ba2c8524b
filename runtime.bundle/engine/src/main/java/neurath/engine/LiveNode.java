package neurath.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import neurath.api.Droppable;
import neurath.api.Failure;
import neurath.api.Polling;
import neurath.api.Source;
import neurath.api.Stateful;
import neurath.api.Timed;
import neurath.engine.Signature.ThreadKind;
import neurath.events.Event;
import neurath.graph.Port;

/**
 * A node of a running flow: the place that one instance after the other fills. All methods are for the section's thread, but for those
 * that say otherwise.
 *
 * <p>The instance is a plain field, swapped by the section's own thread between two packets. Nothing asks a packet for its epoch: the
 * marker is seen because it lies on the arc.
 */
final class LiveNode {
    final Flow flow;
    final Section section;
    /** Packets taken, emitted, filtered by a step, and thrown away with a reason. Written by the section only. */
    final AtomicLong taken = new AtomicLong();

    final AtomicLong emitted = new AtomicLong();
    final AtomicLong filtered = new AtomicLong();
    final AtomicLong dropped = new AtomicLong();

    private final String name;
    private final Map<String, Object> parameters;
    private final List<Inlet> inlets = new ArrayList<>();
    private final Map<String, List<Outlet>> outlets = new HashMap<>();
    private final Map<String, String> notes = new ConcurrentHashMap<>();
    private final Set<Watched> toWake = new HashSet<>();

    private volatile Instance instance;
    private volatile String held;
    private Marker frozenBy;
    private Alignment alignment;
    private boolean ending;
    private boolean ended;
    private boolean exhausted;
    private boolean freshThread;

    LiveNode(Flow flow, String name, Map<String, Object> parameters, Threads threads) {
        this.flow = flow;
        this.name = name;
        this.parameters = Map.copyOf(parameters);
        this.section = new Section(this, threads);
    }

    /** The arcs inside the region on which the marker is still awaited. */
    private record Alignment(Marker marker, Set<Inlet> awaited) {}

    // ---- wiring, before the section starts ----

    void connect(Port port, Ring ring) {
        inlets.add(new Inlet(port, ring));
    }

    void addOutlet(Port port, List<Ring> rings) {
        outlets.computeIfAbsent(port.name(), ignored -> new ArrayList<>()).add(new Outlet(this, port, rings));
    }

    /** Puts the first instance in. */
    void begin(Instance first) {
        putIn(first);
    }

    // ---- what it is; for any thread ----

    String name() {
        return name;
    }

    /** {@code web-server/load}. */
    String path() {
        return flow.name() + '/' + name;
    }

    /** {@code web-server/load@1.0.0}. */
    String label() {
        return path() + '@' + instance.version().version();
    }

    Map<String, Object> parameters() {
        return parameters;
    }

    Instance instance() {
        return instance;
    }

    ThreadKind threadKind() {
        return instance.version().signature().thread();
    }

    Set<String> connectedInputs() {
        var connected = new HashSet<String>();
        inlets.forEach(inlet -> connected.add(inlet.port.name()));
        return connected;
    }

    List<Inlet> inlets() {
        return inlets;
    }

    List<Ring> outgoing() {
        return outlets.values().stream()
                .flatMap(List::stream)
                .flatMap(outlet -> outlet.rings.stream())
                .toList();
    }

    Outlet outlet(String port) {
        List<Outlet> of = outlets(port);
        return of.isEmpty() ? new Outlet(this, Port.of(name, port), List.of()) : of.getFirst();
    }

    List<Outlet> outlets(String port) {
        return outlets.getOrDefault(port, List.of());
    }

    void note(String fact, String value) {
        notes.put(fact, value);
        flow.noted(this, fact, value);
    }

    Map<String, String> notes() {
        return Map.copyOf(notes);
    }

    String heldBecause() {
        return held;
    }

    /** What keeps the node from answering a marker, for people. */
    String doing(Marker marker) {
        String reason = held;
        if (reason != null) {
            return "is held: " + reason;
        }
        long busy = section.busyNanos();
        if (busy > 0) {
            return "has been in one turn for " + busy / 1_000_000 + " ms";
        }
        var missing = new LinkedHashMap<String, Integer>();
        Part part = marker.part(this);
        part.awaited().forEach(inlet -> missing.put(inlet.ring.from.name(), inlet.ring.size()));
        return missing.isEmpty() ? "has not answered" : "waits for the marker from " + String.join(", ", missing.keySet());
    }

    // ---- the section's steps ----

    /** Takes up to {@code batch} items from each arc; whether there was anything to do. */
    boolean take(int batch) {
        boolean worked = false;
        for (int i = 0; i < inlets.size(); i++) {
            Inlet inlet = inlets.get(i);
            worked |= inlet.blocked ? inlet.spill() : drain(inlet, batch);
        }
        if (mayProduce()) {
            produce();
            worked = true;
        }
        if (ending && !ended && !suspended() && alignment == null) {
            end();
            worked = true;
        }
        return worked;
    }

    boolean hasWork() {
        boolean suspended = suspended();
        for (int i = 0; i < inlets.size(); i++) {
            if (inlets.get(i).hasWork(suspended)) {
                return true;
            }
        }
        return mayProduce() || ending && !ended && !suspended && alignment == null || isFinished();
    }

    /** Takes no packet, readiness or timer for now. */
    boolean suspended() {
        return frozenBy != null || held != null;
    }

    /** Wakes those who wait for what this section has put on arcs or taken from them. */
    void wakeNeighbours() {
        for (int i = 0; i < inlets.size(); i++) {
            Ring ring = inlets.get(i).ring;
            if (ring.drained) {
                ring.drained = false;
                ring.from.section.wake();
            }
        }
        for (List<Outlet> ofPort : outlets.values()) {
            for (int i = 0; i < ofPort.size(); i++) {
                for (Ring ring : ofPort.get(i).rings) {
                    if (ring.filled) {
                        ring.filled = false;
                        ring.to.section.wake();
                    }
                }
            }
        }
    }

    boolean isFinished() {
        return ended && instance.leases() == 0 && frozenBy == null;
    }

    boolean wantsFreshThread() {
        boolean wants = freshThread;
        freshThread = false;
        return wants;
    }

    void ready(Object subject, int operations) {
        try {
            ((Polling) instance.operator()).ready(subject, operations);
        } catch (Throwable t) {
            failed(subject, t);
        }
    }

    void expired(Object subject) {
        try {
            ((Timed) instance.operator()).expired(subject);
        } catch (Throwable t) {
            failed(subject, t);
        }
    }

    /** The last thing the section does. */
    void close(boolean abandoned) {
        if (abandoned) {
            inlets.forEach(this::dropAll);
        }
        instance.leave();
        if (instance.operator() instanceof Stateful<?> stateful) {
            try {
                stateful.discard();
            } catch (Throwable t) {
                flow.log.warn("{} failed to discard its state", label(), t);
            }
        }
        instance.dismiss();
    }

    // ---- orders ----

    /** No more is to come from outside: finishes as if all inputs had ended. */
    void endOfInput() {
        ending = true;
    }

    void hold(String reason) {
        if (held == null) {
            flow.publish(at -> new Event.NodeHeld(at, flow.name(), name, reason));
        }
        held = reason;
    }

    void resume() {
        if (held != null) {
            held = null;
            flow.publish(at -> new Event.NodeResumed(at, flow.name(), name));
            wakeLate();
        }
    }

    /** A marker has been injected into a region that this node is part of. It may have come by an arc already, and even gone. */
    void expect(Marker marker) {
        resume();
        if (alignment == null && frozenBy == null && marker.isAwaitedAt(this) && !marker.isCancelled()) {
            align(marker);
        }
    }

    /** The marker was committed, or cancelled: the node goes on. */
    void release(Marker marker) {
        if (alignment != null && alignment.marker() == marker) {
            alignment = null;
        } else if (frozenBy != marker) {
            return;
        }
        boolean swapped = marker.isSwitched() && swap(marker.part(this));
        frozenBy = null;
        inlets.forEach(inlet -> inlet.blocked = false);
        wakeLate();
        if (marker.isSwitched()) {
            marker.released(this, swapped);
        }
    }

    void wakeLater(Watched watched) {
        toWake.add(watched);
    }

    // ---- markers ----

    private void arrived(Marker marker, Inlet inlet) {
        if (marker.isCancelled()) {
            return;
        }
        if (alignment != null && alignment.marker() != marker) {
            release(alignment.marker());
        }
        if (alignment == null) {
            resume();
            align(marker);
        }
        inlet.blocked = true;
        alignment.awaited().remove(inlet);
        if (alignment.awaited().isEmpty()) {
            aligned(marker);
        }
    }

    private void align(Marker marker) {
        var awaited = new HashSet<>(marker.part(this).awaited());
        awaited.removeIf(inlet -> inlet.ended);
        alignment = new Alignment(marker, awaited);
        if (awaited.isEmpty()) {
            aligned(marker);
        }
    }

    private void aligned(Marker marker) {
        Part part = marker.part(this);
        switch (marker.how()) {
            case STREAM -> {
                alignment = null;
                boolean goesOn = part.successor() == null ? !marker.isCancelled() : marker.pass();
                boolean swapped = goesOn && swap(part);
                if (goesOn) {
                    sendOn(part, marker);
                    marker.aligned(this);
                    marker.released(this, swapped);
                }
                inlets.forEach(inlet -> inlet.blocked = false);
            }
            case HOLD -> {
                alignment = null;
                frozenBy = marker;
                sendOn(part, marker);
                marker.aligned(this);
            }
        }
    }

    private void sendOn(Part part, Marker marker) {
        if (!ended) {
            part.onwards().forEach(ring -> section.put(ring, marker));
        }
    }

    private boolean swap(Part part) {
        if (part.successor() == null) {
            return false;
        }
        instance.leave();
        putIn(part.successor());
        freshThread = true;
        return true;
    }

    private void putIn(Instance next) {
        instance = next;
        inlets.forEach(inlet -> inlet.receiver = next.receiver(inlet.port.name()));
        next.enter();
    }

    private void wakeLate() {
        toWake.forEach(Watched::wakeNow);
        toWake.clear();
    }

    // ---- packets ----

    private boolean drain(Inlet inlet, int batch) {
        int n = 0;
        while (n < batch && !inlet.blocked && !freshThread && !suspended()) {
            Object item = inlet.poll();
            if (item == null) {
                break;
            }
            n++;
            if (item instanceof Control control) {
                obey(control, inlet);
            } else {
                deliver(inlet, item);
            }
        }
        return n > 0;
    }

    private void obey(Control control, Inlet inlet) {
        switch (control) {
            case Marker marker -> arrived(marker, inlet);
            case End end -> endOf(inlet);
        }
    }

    private void deliver(Inlet inlet, Object packet) {
        taken.setOpaque(taken.getPlain() + 1);
        try {
            inlet.receiver.receive(packet);
        } catch (Throwable t) {
            failed(packet, t);
        }
    }

    private void endOf(Inlet inlet) {
        inlet.ended = true;
        if (inlets.stream().allMatch(other -> other.ended)) {
            ending = true;
        }
        if (alignment != null && alignment.awaited().remove(inlet) && alignment.awaited().isEmpty()) {
            aligned(alignment.marker());
        }
    }

    private boolean mayProduce() {
        return instance.operator() instanceof Source && !exhausted && !ending && !suspended() && alignment == null && !freshThread;
    }

    private void produce() {
        try {
            exhausted = !((Source) instance.operator()).produce();
        } catch (Throwable t) {
            failed("what it was producing", t);
        }
        ending |= exhausted;
    }

    private void end() {
        try {
            instance.operator().ended();
        } catch (Throwable t) {
            failed("the end of its inputs", t);
        }
        ended = true;
        outgoing().forEach(ring -> section.put(ring, End.END));
    }

    /** Handling a packet, a readiness or a timer threw: that packet is lost, with a reason, and nothing else is. */
    private void failed(Object packet, Throwable cause) {
        if (cause instanceof Section.Abandoned abandoned) {
            drop(packet, abandoned);
            return;
        }
        tell(packet, cause);
        Outlet errors = outlet("ERROR");
        if (errors.rings.isEmpty()) {
            drop(packet, cause);
        } else {
            errors.emit(new Failure(label(), packet, cause));
        }
    }

    /** Publishes the failure; where even that fails, for want of memory say, the log is told in few words, and the section lives. */
    private void tell(Object packet, Throwable cause) {
        try {
            String where = name + '@' + instance.version().version();
            flow.publish(at -> Event.PacketFailed.of(at, flow.name(), where, describe(packet), cause));
        } catch (Throwable t) {
            flow.log.error("a packet failed, and so did telling of it", t);
        }
    }

    void drop(Object packet, Throwable reason) {
        dropped.setOpaque(dropped.getPlain() + 1);
        if (packet instanceof Droppable droppable) {
            try {
                droppable.dropped(reason);
            } catch (RuntimeException e) {
                flow.log.error("{}: {} could not be dropped properly", label(), describe(packet), e);
            }
        }
    }

    private static String describe(Object packet) {
        return packet instanceof String text ? text : packet.getClass().getName();
    }

    private void dropAll(Inlet inlet) {
        for (Object item = inlet.poll(); item != null; item = inlet.poll()) {
            if (!(item instanceof Control)) {
                drop(item, new Section.Abandoned());
            }
        }
    }
}
