package neurath.durability;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import neurath.acceptance.PlatformProcess;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The platform gets SIGKILL at every step of an update of a pair, with one home throughout. */
public class KillIT {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void killed_at_every_step_of_a_stream_it_comes_back_with_exactly_the_old_or_exactly_the_new_pair() throws Exception {
        killAt(Kill.OF_A_STREAM);
    }

    @Test
    public void killed_at_every_step_of_a_hold_it_comes_back_with_exactly_the_old_or_exactly_the_new_pair() throws Exception {
        killAt(Kill.OF_A_HOLD);
    }

    private void killAt(List<Kill> kills) throws Exception {
        var home = new KilledHome(folder.getRoot().toPath());
        for (Kill kill : kills) {
            home.kill(kill);
        }
        try (PlatformProcess platform = home.start()) {
            assertThat(home.wrong(platform)).as("after the last kill").isEmpty();
            platform.stop();
        }
    }
}
