package neurath.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** An output port of an operator of the full level; asked for in {@code open} with {@link Context#output}. */
@Repeatable(Out.Several.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Out {
    /**
     * Name, in upper case: {@code OUT}. A port named {@code ERROR} of type {@link Failure} takes the packets whose handling threw,
     * where an arc leads on from it.
     */
    String value();

    /** Type of the packets: a class of the JDK or of an exported package. */
    Class<?> type();

    /** Whether the port is an array port, addressed as {@code OUT[0]}, {@code OUT[1]}, … */
    boolean array() default false;

    /** Several {@link Out} on one operator. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.TYPE)
    @interface Several {
        Out[] value();
    }
}
