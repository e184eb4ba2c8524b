package neurath.engine;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import neurath.api.Default;
import neurath.graph.Graph;
import neurath.graph.InitialPacket;

/** Makes a parameter record from the texts of initial packets. */
final class ParameterBinder {
    private ParameterBinder() {}

    /** The port by which a record component is set: {@code maxHeadBytes} by {@code MAX_HEAD_BYTES}. */
    static String portOf(String component) {
        return component.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT);
    }

    /** The ports of a shape, by component name, in order. */
    static Map<String, RecordComponent> ports(Class<? extends Record> shape) {
        var ports = new LinkedHashMap<String, RecordComponent>();
        for (RecordComponent component : shape.getRecordComponents()) {
            ports.put(portOf(component.getName()), component);
        }
        return ports;
    }

    /** The values that a graph gives to a node, by port. */
    static Map<String, Object> values(Graph graph, String node, UnaryOperator<String> properties) {
        var values = new HashMap<String, Object>();
        for (InitialPacket packet : graph.initialPackets()) {
            if (packet.to().node().equals(node)) {
                Object data = packet.data() instanceof String text ? properties.apply(text) : packet.data();
                values.put(packet.to().name(), data);
            }
        }
        return values;
    }

    /**
     * Binds values to a shape.
     *
     * @param node for messages: {@code web-server/accept}
     * @param values by port
     * @throws IllegalArgumentException if a value is missing, not known or does not fit
     */
    static <P extends Record> P bind(String node, Class<P> shape, Map<String, Object> values) {
        Map<String, RecordComponent> ports = ports(shape);
        Object[] arguments = new Object[ports.size()];
        int i = 0;
        for (var port : ports.entrySet()) {
            arguments[i++] = value(node, port.getKey(), port.getValue(), values.get(port.getKey()));
        }
        Class<?>[] types = Arrays.stream(shape.getRecordComponents()).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            var constructor = shape.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(node + ": its parameters are refused: " + e.getCause().getMessage(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(node + ": its parameters cannot be made: " + e, e);
        }
    }

    private static Object value(String node, String port, RecordComponent component, Object given) {
        Default fallback = component.getAnnotation(Default.class);
        if (given == null && fallback == null) {
            throw new IllegalArgumentException(
                    node + '.' + port + ": the parameter is missing; add '…' -> " + port + ' ' + node.substring(node.indexOf('/') + 1));
        }
        String text = given == null ? fallback.value() : given.toString();
        try {
            return convert(text, component.getType());
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    node + '.' + port + ": '" + text + "' is no " + component.getType().getSimpleName() + " (" + e.getMessage() + ')', e);
        }
    }

    /** The value a text stands for. */
    static Object convert(String text, Class<?> type) {
        if (type == String.class) {
            return text;
        } else if (type == int.class) {
            return Integer.valueOf(text);
        } else if (type == long.class) {
            return Long.valueOf(text);
        } else if (type == double.class) {
            return Double.valueOf(text);
        } else if (type == boolean.class) {
            return switch (text) {
                case "true" -> true;
                case "false" -> false;
                default -> throw new IllegalArgumentException("true or false");
            };
        } else if (type == Duration.class) {
            return Duration.parse(text);
        } else if (type == Path.class) {
            return Path.of(text);
        } else if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .filter(constant -> ((Enum<?>) constant).name().equalsIgnoreCase(text))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("one of " + Arrays.toString(type.getEnumConstants())));
        }
        throw new IllegalArgumentException("a type that parameters do not have");
    }
}
