/**
 * What an operator is written against: the one package that operators and the runtime share.
 *
 * <p>An operator is a Declarative Services component of prototype scope that carries {@link OperatorType}. The simple level is
 * {@link Step}: one method, one packet in, one packet out. The full level is {@link Operator} with {@link In} and {@link Out}
 * ports on the class, and, where wanted, {@link Polling}, {@link Timed}, {@link Source}, {@link Stateful}, {@link
 * KeyedState} or {@link Initializing}.
 *
 * <p>Consumed by operators, provided by the runtime. It is a bundle of its own and is never refreshed while flows run.
 */
@Export
@Version("1.4.0")
package neurath.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
