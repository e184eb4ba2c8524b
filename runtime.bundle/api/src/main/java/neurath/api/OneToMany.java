package neurath.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * This operator may emit several packets for one that it takes, within the call that takes it, and they belong together: an update
 * that comes later on their way is to meet all of them on one side of its marker. So the marker of such an update enters here already.
 *
 * <p>Not meant: an output with several arcs, which the graph shows; an entrance, whose packets each begin something of their own; what
 * is emitted in later calls, from readiness or timers, which a marker can come between.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface OneToMany {}
