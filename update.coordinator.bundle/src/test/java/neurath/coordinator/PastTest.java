package neurath.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import neurath.events.Phase;
import org.junit.jupiter.api.Test;

class PastTest {
    private static final Instant BEGAN = Instant.parse("2026-11-24T17:00:00.125Z");

    private static Milestone after(long micros, Phase phase, String detail) {
        return new Milestone(phase, BEGAN.plusNanos(micros * 1_000), detail);
    }

    @Test
    void an_update_is_told_with_the_clock_and_the_time_since_it_began() {
        var past = new Past(7, "2026-11-24T17:00:00.125Z  update 7 SWITCHED in 31 ms: a 1.0.0 -> 2.0.0", List.of(
                after(0, Phase.PLANNED, ""),
                after(1_260, Phase.MARKING, "marker at a"),
                after(31_000, Phase.SWITCHED, ""),
                after(3_600_031_000L, Phase.RETIRED, "confirmed by a person; the old instances are closed")));
        assertThat(past).hasToString("""
                2026-11-24T17:00:00.125Z  update 7 SWITCHED in 31 ms: a 1.0.0 -> 2.0.0
                  at            after
                  17:00:00.125  0.0 ms      PLANNED
                  17:00:00.126  1.3 ms      MARKING   marker at a
                  17:00:00.156  31.0 ms     SWITCHED
                  18:00:00.156  3600031 ms  RETIRED   confirmed by a person; the old instances are closed""");
    }

    @Test
    void a_long_detail_is_shortened() {
        assertThat(after(0, Phase.ALIGNING, "x".repeat(400)).detail()).hasSize(301).endsWith("x…");
    }
}
