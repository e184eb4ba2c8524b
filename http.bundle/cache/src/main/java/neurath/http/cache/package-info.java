/**
 * What caches of HTTP flows keep in memory.
 *
 * <p>It is apart from the operators, whose versions come and go, so that a {@link neurath.http.cache.Store} passes from one to the next by
 * reference, with everything that it calls.
 */
@Export
@Version("1.0.0")
package neurath.http.cache;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
