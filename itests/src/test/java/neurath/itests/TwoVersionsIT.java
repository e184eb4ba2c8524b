package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import neurath.engine.Flow;
import neurath.engine.Flows;
import neurath.engine.NodeStatus;
import org.junit.Test;
import org.osgi.framework.Bundle;

/** One operator in two versions within one running graph. */
public class TwoVersionsIT extends OnTheWebServer {
    private static final String GRAPH = """
            feed(example/feed) OUT -> IN old(example/mark:version=1) OUT -> IN young(example/mark:version=2) OUT -> IN sink(example/sink)
            """;

    @Test
    public void one_class_name_in_two_versions_is_two_classes_that_work_side_by_side() throws Exception {
        Bundle feed = deploy(Examples.of("feed", "1.0.0", "Source", """
                private neurath.api.Output<java.util.List> out;

                @Override
                public void open(neurath.api.Context context) {
                    out = context.output("OUT", java.util.List.class);
                }

                @Override
                public boolean produce() {
                    out.emit(java.util.List.of());
                    java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
                    return true;
                }
                """).replacing("public final class", "@neurath.api.Out(value = \"OUT\", type = java.util.List.class)\npublic final class"));
        String mark = """
                @Override
                public java.util.List apply(java.util.List packet) {
                    var marked = new java.util.ArrayList<Object>(packet);
                    marked.add(getClass());
                    return marked;
                }
                """;
        Bundle old = deploy(Examples.of("mark", "1.0.0", "Step<java.util.List, java.util.List>", mark));
        Bundle young = deploy(Examples.of("mark", "2.0.0", "Step<java.util.List, java.util.List>", mark));
        Bundle sink = deploy(Examples.of("sink", "1.0.0", "Operator", """
                @Override
                public void open(neurath.api.Context context) {
                    context.receive("IN", java.util.List.class, packet -> context.note("seen",
                            packet.get(0) + " and " + packet.get(1) + ", the same: " + (packet.get(0) == packet.get(1))));
                }
                """).replacing("public final class", "@neurath.api.In(value = \"IN\", type = java.util.List.class)\npublic final class"));
        Path file = Files.writeString(folder.getRoot().toPath().resolve("two-versions.fbp"), GRAPH);
        try {
            shell.type("flow:start " + file);
            Flow flow = context.getService(context.getServiceReference(Flows.class)).find("two-versions").orElseThrow();
            assertThat(flow.version("old").version()).isEqualTo(old.getVersion());
            assertThat(flow.version("young").version()).isEqualTo(young.getVersion());
            await().untilAsserted(() -> assertThat(seen(flow))
                    .isEqualTo("class example.mark.Example and class example.mark.Example, the same: false"));
            assertThat(flow.version("feed").origin()).isEqualTo("bundle " + feed.getBundleId());
            assertThat(flow.version("sink").origin()).isEqualTo("bundle " + sink.getBundleId());
        } finally {
            shell.type("flow:stop two-versions");
        }
    }

    private static String seen(Flow flow) {
        return flow.status().stream()
                .filter(node -> node.name().equals("sink"))
                .map(NodeStatus::notes)
                .map(notes -> notes.get("seen"))
                .findFirst()
                .orElse(null);
    }
}
