package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;

import neurath.acceptance.Acceptance;
import neurath.acceptance.Verdict;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The acceptance in its short form; the times it prints are for people, a shared machine can promise none. */
public class AcceptanceIT {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void clients_see_no_failure_and_no_closed_connection_while_the_server_changes_there_and_back() throws Exception {
        Acceptance.Scale scale = Boolean.getBoolean("neurath.long") ? Acceptance.Scale.WHOLE : Acceptance.Scale.SHORT;
        Verdict verdict = Acceptance.run(scale, folder.getRoot().toPath());
        System.out.println(verdict.table());
        assertThat(verdict.report().reasons()).isEmpty();
        assertThat(verdict.report().failed()).isZero();
        assertThat(verdict.report().closedConnections()).isZero();
    }
}
