package neurath.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameters;

/** Deliberate mistakes in the protocol: for each the list has the seed of a run that finds it. */
@RunWith(Parameterized.class)
public class MutationTest {
    private static final int SEARCHED = 2_000;

    private final Mutant mutant;

    public MutationTest(Mutant mutant) {
        this.mutant = mutant;
    }

    @Parameters(name = "{0}")
    public static List<Mutant> mutants() {
        return Mutant.all();
    }

    @Test
    public void a_mistake_is_found_by_its_seed() {
        if (!mutant.violations(mutant.seed()).isEmpty()) {
            return;
        }
        OptionalLong other = mutant.found(LongStream.range(0, SEARCHED));
        throw new AssertionError("seed " + mutant.seed() + " does not find it; "
                + (other.isPresent() ? "seed " + other.getAsLong() + " does: write it into mutants.txt" : "nor does any of " + SEARCHED));
    }

    @Test
    public void the_product_as_it_is_passes_the_seed() {
        assertThat(Simulation.violations(mutant.seed())).isEmpty();
    }
}
