package neurath.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The flow that makes a new instance of this operator ready: an {@code .fbp} text in its bundle. It runs beside the flow, once, before the
 * instance gets its first packet; when it ends the instance is ready, or is {@linkplain Initializing initialized} next. Where a packet
 * fails or is dropped in it, the flow does not start, or the update is aborted.
 *
 * <p>What it exports connects it to the node: {@code OUTPORT=read.OUT:PAGES} leads to the instance's input port {@code PAGES}, whose
 * receiver is called as by any arc, by one thread at a time; {@code INPORT=read.ROOT:ROOT} gets the value of the node's parameter
 * {@code ROOT}, if the node has one. Its operators are those that are there, of this bundle or others, and all of its entrances end.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface InitializedBy {
    /** Name of the text, as of a resource of the class: {@code warm.fbp} lies beside it. */
    String value();
}
