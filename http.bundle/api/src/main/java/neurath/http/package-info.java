/**
 * What travels on the arcs of HTTP flows, and the connections it belongs to.
 *
 * <p>A {@link neurath.http.Connection} goes from the operator that accepts to the one that reads, perhaps by way of one that puts
 * {@linkplain neurath.http.SecureTransport TLS} into it. From there one
 * {@link neurath.http.Exchange} after another goes through the graph, dressed in turn as {@link neurath.http.RawRequest},
 * {@link neurath.http.Request}, {@link neurath.http.Loaded} and {@link neurath.http.Response}, and ends in the connection's
 * {@link neurath.http.Outbox}. A refused request goes the same way with its status. That an exchange has ended is a credit for
 * the next one of its connection: it carries no data and is no arc.
 *
 * <p>Provided by {@code http.bundle}, consumed by operators of several versions at once.
 */
@Export
@Version("2.3.0")
package neurath.http;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
