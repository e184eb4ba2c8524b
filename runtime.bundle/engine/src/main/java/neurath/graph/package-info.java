/**
 * Flow graphs as immutable values: what a flow is, without running it. Pure Java; of OSGi only the values
 * {@link org.osgi.framework.Version} and {@link org.osgi.framework.VersionRange}.
 */
@Export
@Version("1.2.0")
package neurath.graph;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
