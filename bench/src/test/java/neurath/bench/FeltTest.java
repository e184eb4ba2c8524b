package neurath.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import neurath.bench.SabotagedServer.Deed;
import neurath.load.Demand;
import neurath.load.Load;
import neurath.load.Page;
import neurath.load.Site;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers with a known defect, which what clients felt must show. */
@Timeout(60)
class FeltTest {
    private static final int CLIENTS = 4;
    private static final int VICTIM = 120;
    private static final Duration PERIOD = Duration.ofMillis(5);

    @TempDir
    Path root;

    private Site site;

    @BeforeEach
    void pages() throws Exception {
        site = new Site(List.of(new Page("page.bin", 5000))).writeTo(root);
    }

    private Felt of(Deed deed) throws Exception {
        try (var server = new SabotagedServer(root, deed, VICTIM);
                Load load = Load.start(Demand.of(server.address(), site).withClients(CLIENTS, PERIOD))) {
            long from = System.nanoTime();
            Waiting.until("answers", Duration.ofSeconds(20), () -> load.completed() > 2 * VICTIM);
            return new Felt(load.stop(), from, System.nanoTime());
        }
    }

    @Test
    void a_pause_is_felt_as_long_as_it_is_by_all_that_were_due_in_it() throws Exception {
        Felt felt = of(Deed.PAUSE_FOR_ALL);
        assertThat(felt.failed()).isZero();
        assertThat(felt.longestGap()).isGreaterThanOrEqualTo(SabotagedServer.PAUSE.toMillis() * 0.9);
        long half = SabotagedServer.PAUSE.toNanos() / 2;
        long due = CLIENTS * half / PERIOD.toNanos();
        assertThat(felt.latency().getCountBetweenValues(half, Long.MAX_VALUE / 2)).isGreaterThanOrEqualTo(due * 8 / 10);
    }

    @ParameterizedTest
    @EnumSource(names = {"WRONG_BYTE", "CLOSE"})
    void a_wrong_answer_is_a_failure_where_it_came_and_nowhere_else(Deed deed) throws Exception {
        Felt felt = of(deed);
        assertThat(felt.failed()).isEqualTo(1);
        long when = felt.report().failures()[0];
        assertThat(felt.within(felt.from(), when - 1).failed()).isZero();
        assertThat(felt.within(when, felt.to()).failed()).isEqualTo(1);
        assertThat(felt.csv()).filteredOn(line -> line.endsWith(",")).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"WRONG_BYTE", "CLOSE"})
    void what_a_request_costs_is_not_told_of_a_server_that_answers_wrongly(Deed deed) throws Exception {
        try (var server = new SabotagedServer(root, deed, VICTIM)) {
            assertThatThrownBy(() -> HttpCost.ask(server, site, Duration.ofMillis(500)))
                    .isInstanceOf(IllegalStateException.class).hasMessageContaining("1 failed");
        }
    }

    @Test
    void what_a_request_costs_is_told_of_a_server_that_answers_rightly() throws Exception {
        try (var server = new SabotagedServer(root, Deed.NONE, VICTIM)) {
            HttpCost.Cost cost = HttpCost.ask(server, site, Duration.ofMillis(300));
            assertThat(cost.server()).isPositive();
            assertThat(cost.perSecond()).isPositive();
        }
    }
}
