package neurath.testing;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.nio.channels.SelectableChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import neurath.api.Beginning;
import neurath.api.Context;
import neurath.api.Default;
import neurath.api.Keyed;
import neurath.api.Lease;
import neurath.api.Output;
import neurath.api.Watch;

/**
 * A node without an engine: a test sends packets, tells readiness and lets timers expire by hand, one step at a time, and sees what
 * the operator emits and asks for.
 */
public final class Workbench implements Context {
    private final Map<String, String> parameters = new HashMap<>();
    private final Map<String, Receiver<Object>> receivers = new HashMap<>();
    private final Deque<Object> emitted = new ArrayDeque<>();
    private final List<HandWatch> watches = new ArrayList<>();
    private final Deque<Object> timers = new ArrayDeque<>();
    private final Map<String, String> notes = new HashMap<>();
    private final Map<String, Keyed<?, ?>> keyed = new HashMap<>();
    private int leases;
    private int requests;
    private String port;

    /** A watch that remembers what it was asked for. */
    public static final class HandWatch implements Watch {
        private final Object subject;
        private int interest;
        private int wakes;
        private boolean cancelled;

        HandWatch(int interest, Object subject) {
            this.interest = interest;
            this.subject = subject;
        }

        @Override
        public void interest(int operations) {
            interest = operations;
        }

        @Override
        public void wake() {
            wakes++;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }

        public int interest() {
            return interest;
        }

        /** How often it was woken. */
        public int wakes() {
            return wakes;
        }

        public boolean isCancelled() {
            return cancelled;
        }

        public Object subject() {
            return subject;
        }
    }

    /** A keyed map without an engine. */
    private static final class HandKeyed implements Keyed<Object, Object> {
        private final Map<Object, Object> entries = new ConcurrentHashMap<>();

        @Override
        public Object get(Object key) {
            return entries.get(key);
        }

        @Override
        public long size() {
            return entries.size();
        }

        @Override
        public Object put(Object key, Object value) {
            return entries.put(key, value);
        }

        @Override
        public Object remove(Object key) {
            return entries.remove(key);
        }

        @Override
        public void forEach(BiConsumer<Object, Object> action) {
            entries.forEach(action);
        }

        @Override
        public boolean removeIf(BiPredicate<Object, Object> condition) {
            return entries.entrySet().removeIf(entry -> condition.test(entry.getKey(), entry.getValue()));
        }
    }

    /** Sets a parameter before the operator is opened. */
    public Workbench set(String port, Object value) {
        parameters.put(port, value.toString());
        return this;
    }

    /** Hands a packet to an input port. */
    public void send(String port, Object packet) throws Exception {
        receivers.get(port).receive(packet);
    }

    /** The next packet that was emitted, or {@code null}. */
    public <T> T taken(Class<T> type) {
        return type.cast(emitted.poll());
    }

    /** The output port by which the last packet was emitted. */
    public String port() {
        return port;
    }

    /** The watch that was asked for last. */
    public HandWatch watch() {
        return watches.getLast();
    }

    /** The subject of the timer that is due next; it is gone then. */
    public Object dueTimer() {
        return timers.remove();
    }

    /** Leases that were not given back. */
    public int leases() {
        return leases;
    }

    /** The facts that were noted. */
    public Map<String, String> notes() {
        return notes;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <K, V> Keyed<K, V> keyed(String name, Class<K> key, Class<V> value) {
        return (Keyed<K, V>) keyed.computeIfAbsent(name, ignored -> new HandKeyed());
    }

    @Override
    public String node() {
        return "workbench/node";
    }

    @Override
    public <P extends Record> P parameters(Class<P> shape) {
        RecordComponent[] components = shape.getRecordComponents();
        Class<?>[] types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        Object[] values = Arrays.stream(components).map(this::value).toArray();
        try {
            Constructor<P> constructor = shape.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(shape + " cannot be made of " + Arrays.toString(values), e);
        }
    }

    private Object value(RecordComponent component) {
        String port = component.getName().replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT);
        String text = parameters.containsKey(port) ? parameters.get(port) : component.getAnnotation(Default.class).value();
        Class<?> type = component.getType();
        if (type == int.class) {
            return Integer.valueOf(text);
        }
        if (type == long.class) {
            return Long.valueOf(text);
        }
        if (type == Duration.class) {
            return Duration.parse(text);
        }
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .filter(constant -> ((Enum<?>) constant).name().equalsIgnoreCase(text))
                    .findFirst()
                    .orElseThrow();
        }
        return type == Path.class ? Path.of(text) : text;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> void receive(String port, Class<T> type, Receiver<? super T> receiver) {
        receivers.put(port, (Receiver<Object>) receiver);
    }

    @Override
    public <T> Output<T> output(String port, Class<T> type) {
        return new Output<>() {
            @Override
            public void emit(T packet) {
                emitted.add(packet);
                Workbench.this.port = port;
            }

            @Override
            public boolean connected() {
                return true;
            }
        };
    }

    @Override
    public <T> List<Output<T>> outputs(String port, Class<T> type) {
        return List.of(output(port, type));
    }

    @Override
    public Watch watch(SelectableChannel channel, int operations, Object subject) {
        watches.add(new HandWatch(operations, subject));
        return watches.getLast();
    }

    @Override
    public Timer timer(Duration delay, Object subject) {
        timers.add(subject);
        return () -> timers.remove(subject);
    }

    @Override
    public Beginning begin() {
        requests++;
        boolean[] ended = new boolean[1];
        return () -> {
            if (!ended[0]) {
                ended[0] = true;
                requests--;
            }
        };
    }

    /** How many requests have begun and not ended. */
    public int requests() {
        return requests;
    }

    @Override
    public Lease lease() {
        leases++;
        boolean[] given = new boolean[1];
        return () -> {
            if (!given[0]) {
                given[0] = true;
                leases--;
            }
        };
    }

    @Override
    public void note(String name, String value) {
        notes.put(name, value);
    }
}
