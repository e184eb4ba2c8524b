package neurath.engine;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import neurath.graph.Replica;

/**
 * What decides to which replica a packet goes: one of its accessors, a public method without parameters, or the packet itself. Equal
 * keys go to one replica, whatever class loader their packets are of.
 */
final class RoutingKey {
    private final String name;
    private final ClassValue<MethodHandle> accessors;

    private RoutingKey(String name) {
        this.name = name;
        this.accessors = new ClassValue<>() {
            @Override
            protected MethodHandle computeValue(Class<?> packets) {
                return handle(name, packets);
            }
        };
    }

    static RoutingKey named(String name) {
        return new RoutingKey(name);
    }

    /** The key of a packet; what the accessor throws, or that there is none. */
    Object of(Object packet) throws Throwable {
        return name.equals(Replica.IT) ? packet : (Object) accessors.get(packet.getClass()).invokeExact(packet);
    }

    /** Which of several replicas a key belongs to, from 0. */
    static int replica(Object key, int replicas) {
        int hash = key instanceof Enum<?> constant ? constant.name().hashCode() : key == null ? 0 : key.hashCode();
        // all bits count, also of keys that are neighbours; and otherwise than in KeyedTable, which would use few of its parts
        hash = (hash ^ hash >>> 16) * 0x85EBCA6B;
        hash = (hash ^ hash >>> 13) * 0xC2B2AE35;
        hash ^= hash >>> 16;
        return (int) (Integer.toUnsignedLong(hash) * replicas >>> Integer.SIZE);
    }

    // ---- what can be known without a packet ----

    /** The type of the keys of packets of a type; of primitive ones the box. Empty if these have no such accessor. */
    Optional<Class<?>> type(Class<?> packets) {
        return name.equals(Replica.IT)
                ? Optional.of(packets)
                : accessor(name, packets).map(method -> MethodType.methodType(method.getReturnType()).wrap().returnType());
    }

    /** Whether values of a type are equal by what they are, so that they can be keys. */
    static boolean isByContent(Class<?> type) {
        if (type.isInterface() || type.isEnum() || type == Object.class) {
            return true; // as far as can be known
        }
        try {
            return !type.isArray() && type.getMethod("hashCode").getDeclaringClass() != Object.class;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }

    private static MethodHandle handle(String name, Class<?> packets) {
        Method method = accessor(name, packets).orElseThrow(
                () -> new IllegalArgumentException("a " + packets.getName() + " has no public method " + name + "() to be routed by"));
        try {
            return MethodHandles.lookup().unreflect(method).asType(MethodType.methodType(Object.class, Object.class));
        } catch (IllegalAccessException e) {
            throw new IllegalArgumentException(packets.getName() + '.' + name + "() cannot be called: " + e.getMessage(), e);
        }
    }

    /** The accessor as the class declares it, or else the nearest type above it that makes it accessible. */
    private static Optional<Method> accessor(String name, Class<?> packets) {
        Set<Class<?>> seen = new HashSet<>();
        var types = new ArrayDeque<Class<?>>(List.of(packets));
        while (!types.isEmpty()) {
            Class<?> type = types.poll();
            Optional<Method> declared = Arrays.stream(type.getDeclaredMethods())
                    .filter(method -> method.getName().equals(name) && method.getParameterCount() == 0 && !method.isBridge())
                    .filter(method -> Modifier.isPublic(method.getModifiers()) && !Modifier.isStatic(method.getModifiers()))
                    .filter(method -> method.getReturnType() != void.class && method.trySetAccessible())
                    .findFirst();
            if (declared.isPresent()) {
                return declared;
            }
            if (type.getSuperclass() != null && seen.add(type.getSuperclass())) {
                types.add(type.getSuperclass());
            }
            Arrays.stream(type.getInterfaces()).filter(seen::add).forEach(types::add);
        }
        return Optional.empty();
    }
}
