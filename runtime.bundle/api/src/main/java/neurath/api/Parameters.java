package neurath.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The parameters of an operator, as a record. The component {@code maxHeadBytes} is set by an initial packet to the port
 * {@code MAX_HEAD_BYTES}. Component types: {@code String}, {@code int}, {@code long}, {@code double}, {@code boolean}, enums,
 * {@link java.time.Duration} (ISO-8601), {@link java.nio.file.Path}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Parameters {
    Class<? extends Record> value();
}
