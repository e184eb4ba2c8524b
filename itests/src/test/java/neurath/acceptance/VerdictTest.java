package neurath.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import neurath.load.Demand;
import neurath.load.Load;
import neurath.load.Report;
import neurath.load.Saboteur;
import neurath.load.Saboteur.Deed;
import neurath.load.Site;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class VerdictTest {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void a_pause_of_all_clients_is_noticed_though_nothing_failed() throws Exception {
        Report report = report(Deed.DELAY);
        assertThat(report.failed()).isZero();
        assertThat(verdict(report).gapOfUpdates()).isGreaterThan(Duration.ofMillis(290));
        assertThat(verdict(report).nobodyNoticed()).isFalse();
    }

    @Test
    public void a_failed_request_is_noticed_though_nothing_paused() throws Exception {
        Report report = report(Deed.CORRUPT_ONE_BYTE);
        long[] at = report.completions();
        Window everything = new Window("all", at[0], at[at.length - 1]);
        Verdict verdict = new Verdict(report, List.of(everything), List.of(everything), List.of(everything));
        assertThat(verdict.gapOfUpdates()).isLessThanOrEqualTo(verdict.allowedGap());
        assertThat(verdict.nobodyNoticed()).isFalse();
    }

    @Test
    public void the_allowed_gap_is_ten_milliseconds_or_twice_the_steady_one() throws Exception {
        Report report = report(Deed.DELAY);
        long[] at = report.completions();
        Verdict still = new Verdict(report, List.of(), List.of(), List.of(new Window("still", at[0], at[0] + 1_000)));
        assertThat(still.allowedGap()).isEqualTo(Duration.ofMillis(10));
        long pause = Duration.ofMillis(40).toNanos();
        Verdict slow = new Verdict(report, List.of(), List.of(), List.of(new Window("before the load", at[0] - 2 * pause, at[0] - pause)));
        assertThat(slow.allowedGap()).isEqualTo(Duration.ofMillis(80));
    }

    /** The delayed answer lies in the window of the update back. */
    private static Verdict verdict(Report report) {
        long[] at = report.completions();
        Window still = new Window("still", at[40], at[at.length - 1]);
        return new Verdict(report, List.of(still), List.of(new Window("update", at[0], at[39])), List.of(still));
    }

    private Report report(Deed deed) throws Exception {
        Site site = Site.of(5, 1_000).writeTo(folder.getRoot().toPath());
        try (Saboteur server = new Saboteur(folder.getRoot().toPath(), deed);
                Load load = Load.start(Demand.of(server.address(), site).withClients(1, Duration.ofMillis(2)))) {
            await().until(() -> load.completed() >= 200);
            return load.stop();
        }
    }
}
