package neurath.itests;

import org.junit.Test;

/** Many versions, one after the other. */
public class FiftyUpdatesIT extends ManyUpdates {
    private static final int UPDATES = 50;

    @Test
    public void fifty_updates_to_newly_built_bundles_leave_nothing_behind() throws Exception {
        leaveNothingBehind(UPDATES);
    }
}
