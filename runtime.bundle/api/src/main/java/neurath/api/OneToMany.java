package neurath.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * This operator may emit several packets for one that it takes, and they belong together: an update that comes later on their way is to
 * meet all of them on one side of its marker. So the marker of such an update enters here already.
 *
 * <p>Not meant: an output with several arcs, which the graph shows; an entrance, whose packets each begin something of their own.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface OneToMany {
    /**
     * Whether some of them are emitted after the call that takes the packet: from readiness, or from timers. From that call until the
     * last of them is out the operator has a {@link Context#lease}. A marker waits here until all leases are given back; meanwhile the
     * operator is told of readiness and timers, and gets no packets.
     *
     * <p>In a loop no marker waits for that.
     */
    boolean inLaterCalls() default false;
}
