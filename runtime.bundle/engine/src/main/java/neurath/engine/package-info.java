/**
 * The engine: runs graphs on sections, arcs and markers. Pure Java, no OSGi: an operator version is whatever {@link
 * neurath.engine.OperatorVersion} says it is, in production a bundle revision.
 *
 * <p>{@link neurath.engine.Flows} starts flows, a {@link neurath.engine.Flow} runs one, a {@link neurath.engine.Marker} switches a
 * region of it. Provided by the runtime, consumed by the coordinator.
 */
@Export
@Version("1.1.0")
package neurath.engine;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
