package neurath.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The transfers into this operator version's state; the first whose old shape fits is taken. A transfer that begins with this version's
 * own state and ends with a record that mirrors an older version's is the way back, for a rollback.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface TransferredBy {
    /** Classes with a public constructor without parameters. */
    Class<? extends StateTransfer<?, ?>>[] value();
}
