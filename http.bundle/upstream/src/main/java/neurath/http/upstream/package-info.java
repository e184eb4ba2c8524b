/**
 * Requests that are sent on to another server, a {@link neurath.http.upstream.Backend}, and the answers that come back. What travels
 * between the two servers is HTTP/1.1.
 *
 * <p>A {@link neurath.http.upstream.Forwarded} goes from the operator that sends requests on to the one that awaits their answers. When the
 * head of an answer has come, the rest of it is a {@link neurath.http.upstream.Relay}, which the home of the client's connection brings
 * in, and no operator on the way.
 *
 * <p>Provided by {@code http.bundle}, consumed by operators of several versions at once.
 */
@Export
@Version("1.0.0")
package neurath.http.upstream;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
