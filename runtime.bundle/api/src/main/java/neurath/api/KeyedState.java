package neurath.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A {@link Keyed} map of an operator, which it gets in {@code open} with {@link Context#keyed}. The next version that declares a map of
 * the same name takes the entries over.
 *
 * <p>Keys and values are classes without type parameters: a list of texts is a record with a component {@code List<String>}. Records of
 * the operator's own bundle are mapped component by component, by name, like {@linkplain Stateful state}; a component that is new needs
 * a {@link Default}. A key keeps all its components. Where values differ in another way, the new version brings a {@link KeyedTransfer}.
 */
@Repeatable(KeyedState.Several.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface KeyedState {
    /** Name, such as {@code sessions}. */
    String name();

    /** Type of the keys. */
    Class<?> key();

    /** Type of the values. */
    Class<?> value();

    /**
     * Classes with a public constructor without parameters; the first that takes the old version's values is taken. A transfer that begins
     * with this version's own values and ends with a record that mirrors an older version's is the way back, for a rollback.
     */
    Class<? extends KeyedTransfer<?, ?, ?>>[] transferredBy() default {};

    /** Several {@link KeyedState} on one operator. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.TYPE)
    @interface Several {
        KeyedState[] value();
    }
}
