/** The {@code .fbp} text of graphs: read, written, refused with a position. The language is told in {@code docs/fbp.md}. */
@Export
@Version("1.1.0")
package neurath.graph.fbp;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
