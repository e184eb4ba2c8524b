/**
 * The one stream of events: what flows, nodes and updates go through, in order, with times. It feeds the log, the shell, tests and
 * benchmarks alike.
 */
@Export
@Version("1.1.0")
package neurath.events;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
