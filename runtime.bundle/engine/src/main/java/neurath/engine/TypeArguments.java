package neurath.engine;

import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The classes a class puts in for the type parameters of a generic interface it implements. */
final class TypeArguments {
    private TypeArguments() {}

    /**
     * The raw classes put in for {@code generic}'s parameters, in order.
     *
     * @throws IllegalArgumentException if one is left open, as a lambda or a raw type leaves it
     */
    static List<Class<?>> of(Class<?> implementation, Class<?> generic) {
        Map<TypeVariable<?>, Type> bound = new HashMap<>();
        collect(implementation, bound);
        return Arrays.stream(generic.getTypeParameters())
                .<Class<?>>map(parameter -> raw(parameter, bound, implementation, generic))
                .toList();
    }

    private static void collect(Class<?> type, Map<TypeVariable<?>, Type> bound) {
        for (Type parent : type.getGenericInterfaces()) {
            collect(parent, bound);
        }
        if (type.getGenericSuperclass() != null) {
            collect(type.getGenericSuperclass(), bound);
        }
    }

    private static void collect(Type parent, Map<TypeVariable<?>, Type> bound) {
        if (parent instanceof ParameterizedType parameterized) {
            Class<?> raw = (Class<?>) parameterized.getRawType();
            for (int i = 0; i < raw.getTypeParameters().length; i++) {
                bound.put(raw.getTypeParameters()[i], parameterized.getActualTypeArguments()[i]);
            }
            collect(raw, bound);
        } else {
            collect((Class<?>) parent, bound);
        }
    }

    private static Class<?> raw(Type type, Map<TypeVariable<?>, Type> bound, Class<?> implementation, Class<?> generic) {
        return switch (type) {
            case Class<?> c -> c;
            case ParameterizedType p -> (Class<?>) p.getRawType();
            case GenericArrayType a -> Array.newInstance(raw(a.getGenericComponentType(), bound, implementation, generic), 0).getClass();
            case WildcardType w -> raw(w.getUpperBounds()[0], bound, implementation, generic);
            case TypeVariable<?> v when bound.containsKey(v) -> raw(bound.get(v), bound, implementation, generic);
            default ->
                    throw new IllegalArgumentException(implementation.getName() + " leaves the types of " + generic.getSimpleName()
                            + " open; implement it in a class with its type arguments");
        };
    }
}
