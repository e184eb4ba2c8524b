package neurath.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** An input port of an operator of the full level; its receiver is set in {@code open} with {@link Context#receive}. */
@Repeatable(In.Several.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface In {
    /** Name, in upper case: {@code IN}. */
    String value();

    /** Type of the packets: a class of the JDK or of an exported package. */
    Class<?> type();

    /** Whether the port is an array port, addressed as {@code IN[0]}, {@code IN[1]}, … */
    boolean array() default false;

    /** Several {@link In} on one operator. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.TYPE)
    @interface Several {
        In[] value();
    }
}
