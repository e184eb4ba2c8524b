package neurath.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import neurath.graph.fbp.FbpParser;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class GuideTest {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void every_operator_of_the_guide_becomes_a_bundle() throws IOException {
        Guide guide = Guide.read();
        assertThat(guide.operators().keySet())
                .containsExactly(
                        "example.greet-1.0.0",
                        "example.greet-1.1.0",
                        "example.greet-2.0.0",
                        "example.back-1.0.0",
                        "example.greet-2.1.0",
                        "example.visits-1.0.0",
                        "example.clock-1.0.0",
                        "example.show-1.0.0",
                        "example.clock-2.0.0",
                        "example.show-2.0.0");
        for (String operator : guide.operators().keySet()) {
            assertThat(guide.build(operator, folder.getRoot().toPath())).isNotEmptyFile();
        }
    }

    @Test
    public void every_flow_of_the_guide_is_one() throws IOException {
        assertThat(Guide.read().flows()).hasSize(3).allSatisfy(flow -> assertThat(new FbpParser().parse(flow).arcs()).isNotEmpty());
    }
}
