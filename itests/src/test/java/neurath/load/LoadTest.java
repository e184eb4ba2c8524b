package neurath.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import neurath.load.Saboteur.Deed;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class LoadTest {
    private static final Duration PATIENCE = Duration.ofMillis(500);

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Site site;

    @Before
    public void writeSite() throws IOException {
        site = Site.of(20, 5_000).writeTo(folder.getRoot().toPath());
    }

    @Test
    public void a_server_that_does_its_work_has_no_failure() throws Exception {
        Report report = loadAgainst(Deed.NONE);
        assertThat(report.reasons()).isEmpty();
        assertThat(report.failed()).isZero();
        assertThat(report.closedConnections()).isZero();
        assertThat(report.latency().getTotalCount()).isEqualTo(report.completed());
        assertThat(report.cpu()).isPositive();
    }

    @Test
    public void one_corrupted_byte_is_a_failed_request() throws Exception {
        assertOneFailure(loadAgainst(Deed.CORRUPT_ONE_BYTE), "wrong byte at offset 2500", 0);
    }

    @Test
    public void one_status_500_is_a_failed_request() throws Exception {
        assertOneFailure(loadAgainst(Deed.ANSWER_500), "status 500", 0);
    }

    @Test
    public void one_status_500_that_ends_the_connection_is_one_failed_request_and_a_closed_connection() throws Exception {
        assertOneFailure(loadAgainst(Deed.ANSWER_500_AND_CLOSE), "status 500", 1);
    }

    @Test
    public void the_content_of_another_page_is_a_failed_request() throws Exception {
        assertOneFailure(loadAgainst(Deed.SEND_ANOTHER_PAGE), "wrong byte at offset 0", 0);
    }

    @Test
    public void a_page_of_another_length_is_a_failed_request() throws Exception {
        assertOneFailure(loadAgainst(Deed.SHORTER_PAGE), "Content-Length 4999", 0);
    }

    @Test
    public void an_answer_broken_off_is_a_failed_request_and_a_closed_connection() throws Exception {
        assertOneFailure(loadAgainst(Deed.BREAK_OFF), "connection closed by the server", 1);
    }

    @Test
    public void no_answer_in_time_is_a_failed_request() throws Exception {
        assertOneFailure(loadAgainst(Deed.HANG), "no byte for 500 ms", 0);
    }

    @Test
    public void a_connection_closed_after_a_right_answer_is_counted() throws Exception {
        Report report = loadAgainst(Deed.CLOSE_AFTERWARDS);
        assertThat(report.failed()).isZero();
        assertThat(report.closedConnections()).isEqualTo(1);
    }

    @Test
    public void a_hanging_server_shows_in_the_latency_of_requests_scheduled_meanwhile() throws Exception {
        try (Saboteur server = new Saboteur(folder.getRoot().toPath(), Deed.HANG);
                Load load = Load.start(Demand.of(server.address(), site)
                        .withClients(1, Duration.ofMillis(5))
                        .withPatience(PATIENCE))) {
            await().until(() -> load.completed() >= 120);
            Report report = load.stop();
            long waitedHalfThePatience = report.latency().getCountBetweenValues(PATIENCE.toNanos() / 2, PATIENCE.toNanos() * 2);
            assertThat(waitedHalfThePatience).isGreaterThan(25);
        }
    }

    @Test
    public void the_longest_gap_is_the_time_in_which_nobody_was_answered() throws Exception {
        try (Saboteur server = new Saboteur(folder.getRoot().toPath(), Deed.HANG);
                Load load = Load.start(Demand.of(server.address(), site)
                        .withClients(1, Duration.ofMillis(5))
                        .withPatience(PATIENCE))) {
            await().until(() -> load.completed() >= 120);
            Report report = load.stop();
            long[] at = report.completions();
            assertThat(report.longestGap(at[0], at[119])).isBetween(PATIENCE, PATIENCE.multipliedBy(2));
            assertThat(report.longestGap(at[0], at[0] + 1_000_000_000_000L)).isGreaterThan(Duration.ofMinutes(15));
        }
    }

    private Report loadAgainst(Deed deed) throws Exception {
        try (Saboteur server = new Saboteur(folder.getRoot().toPath(), deed);
                Load load = Load.start(Demand.of(server.address(), site)
                        .withClients(4, Duration.ofMillis(10))
                        .withPatience(deed == Deed.HANG ? PATIENCE : Duration.ofSeconds(10)))) {
            await().until(() -> load.completed() + load.failed() >= 60);
            if (deed == Deed.HANG) {
                await().until(() -> load.failed() > 0);
            }
            Report report = load.stop();
            assertThat(report.completed()).isGreaterThan(50);
            return report;
        }
    }

    private static void assertOneFailure(Report report, String reason, int closed) {
        assertThat(report.reasons()).singleElement().asString().contains(reason);
        assertThat(report.failed()).isEqualTo(1);
        assertThat(report.closedConnections()).isEqualTo(closed);
    }
}
