package neurath.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What this operator does outside the flow and no rollback takes back: a file written, a schema migrated, a mail sent. The plan of an
 * update that brings the operator says it, and that of a rollback says what remains.
 */
@Repeatable(Effect.Several.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Effect {
    /** For people, as what the operator does: {@code writes /var/log/requests}. */
    String value();

    /** Several {@link Effect} of one operator. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.TYPE)
    @interface Several {
        Effect[] value();
    }
}
