package neurath.itests;

import org.junit.Test;

/** So many versions that the smallest leak is seen. */
public class ThousandUpdatesIT extends ManyUpdates {
    private static final int UPDATES = Integer.getInteger("neurath.updates", 1_000);

    @Test
    public void a_thousand_updates_to_newly_built_bundles_leave_nothing_behind() throws Exception {
        leaveNothingBehind(UPDATES);
    }
}
