package neurath.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import neurath.build.Repository;
import org.junit.Test;

/** Random graphs, updates, schedules and faults: see docs/simulation.md. */
public class SimulationTest {
    private static final int WORLDS = 10_000;

    @Test
    public void in_ten_thousand_worlds_every_request_meets_one_configuration() {
        var coverage = new Coverage();
        Optional<Long> failure = Simulation.firstFailure(LongStream.range(0, WORLDS), coverage);
        failure.ifPresent(seed -> {
            throw new AssertionError(Simulation.explain(seed));
        });
        for (Change change : Change.values()) {
            assertThat(coverage.of("change " + change)).as("updates with change " + change).isGreaterThan(WORLDS / 25);
        }
        for (Fault fault : Fault.values()) {
            if (fault != Fault.NONE) {
                assertThat(coverage.of("fault " + fault)).as("times that " + fault + " happened").isGreaterThan(20);
            }
        }
        assertThat(coverage.of("switches by STREAM")).isGreaterThan(WORLDS / 2);
        assertThat(coverage.of("switches by HOLD")).isGreaterThan(WORLDS / 4);
        assertThat(coverage.of("rollbacks by STREAM")).isGreaterThan(WORLDS / 20);
        assertThat(coverage.of("rollbacks by HOLD")).isGreaterThan(WORLDS / 50);
        assertThat(coverage.of("rollbacks aborted")).isGreaterThan(100);
        assertThat(coverage.of("rollbacks refused")).isLessThan(coverage.of("rollbacks") / 10);
        assertThat(coverage.of("confirmed")).isGreaterThan(WORLDS / 20);
        assertThat(coverage.of("cancels that came half way")).isGreaterThan(50);
        assertThat(coverage.of("cancels that came too late")).isGreaterThan(5);
        assertThat(coverage.of("packets on both sides of a marker")).isGreaterThan(WORLDS / 2);
        assertThat(coverage.of("packets taken beside a hold")).as("I9, outside the region nothing stops").isGreaterThan(WORLDS);
        assertThat(coverage.of("nodes moved to other sections")).isGreaterThan(WORLDS / 4);
        assertThat(coverage.of("changes of replicas")).isGreaterThan(WORLDS / 10);
        assertThat(coverage.of("states shared out")).isGreaterThan(WORLDS / 50);
        assertThat(coverage.of("times that a piece was shared")).isGreaterThan(WORLDS);
        assertThat(coverage.of("times that a piece went round again")).isGreaterThan(WORLDS);
        assertThat(coverage.of("markers through loops")).isGreaterThan(WORLDS / 10);
        assertThat(coverage.of("refused")).as("refused by the planner").isLessThan(coverage.of("planned") / 20);
        assertThat(coverage.of("came after the end")).isLessThan(coverage.of("updates") / 5);
        assertThat(coverage.of("worlds with an arc to a node that had ended")).isLessThan(WORLDS / 10);
    }

    @Test
    public void a_seed_is_one_run() {
        for (long seed = 0; seed < 100; seed++) {
            assertThat(Simulation.trace(seed)).as("seed " + seed).isEqualTo(Simulation.trace(seed));
        }
    }

    @Test
    public void the_docs_tell_every_mistake_and_its_seed() throws IOException {
        String page = Files.readString(Repository.root().resolve("docs/simulation.md"));
        for (Mutant mutant : Mutant.all()) {
            assertThat(page).containsPattern("\\| " + Pattern.quote(mutant.name()) + " \\|.*\\| " + mutant.seed() + " \\|");
        }
    }
}
