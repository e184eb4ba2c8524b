package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import neurath.build.OperatorJar;
import neurath.engine.Flow;
import neurath.engine.Flows;
import neurath.engine.NodeStatus;
import org.junit.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;

/** What a bundle brings that is neither that of the old version nor that of the new one. */
public class ThirdBundleIT extends OnTheWebServer {
    private static final String GRAPH = "feed(example/feed) OUT -> IN sum(example/count)\n";

    private static final String TRANSFER = """
            package example.transfer;

            import neurath.api.StateTransfer;
            import neurath.api.Transfers;
            import org.osgi.service.component.annotations.Component;

            @Component(service = StateTransfer.class)
            @Transfers(from = "example/count", fromVersions = "[1,2)", to = "example/tally", toVersions = "[1,2)")
            public final class CountToTally implements StateTransfer<CountToTally.Count, CountToTally.Tally> {
                public record Count(int count) {}

                public record Tally(long total, String by) {}

                @Override
                public Tally transfer(Count old) {
                    return new Tally(1_000_000_000L + old.count(), "CountToTally");
                }
            }
            """;

    /** Emits numbers, a few at a time. */
    private static OperatorJar feed() {
        return Examples.of("feed", "1.0.0", "Source", """
                private neurath.api.Output<Integer> out;

                @Override
                public void open(neurath.api.Context context) {
                    out = context.output("OUT", Integer.class);
                }

                @Override
                public boolean produce() {
                    out.emit(1);
                    java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
                    return true;
                }
                """).replacing("public final class", "@neurath.api.Out(value = \"OUT\", type = Integer.class)\npublic final class");
    }

    /** Counts, with a state of the given shape, and notes it. */
    private static OperatorJar counter(String name, String shape, String first, String next) {
        return Examples.of(name, "1.0.0", "neurath.api.Stateful<Example.State>", """
                public record State(%s) {}

                private State state = new State(%s);

                @Override
                public void open(neurath.api.Context context) {
                    context.receive("IN", Integer.class, packet -> {
                        state = new State(%s);
                        context.note("sum", state.toString());
                    });
                }

                @Override
                public State state() {
                    return state;
                }

                @Override
                public void restore(State restored) {
                    state = restored;
                }
                """.formatted(shape, first, next))
                .replacing("public final class", "@neurath.api.In(value = \"IN\", type = Integer.class)\npublic final class");
    }

    @Test
    public void it_brings_the_state_of_one_operator_to_another() throws Exception {
        deploy(feed());
        deploy(counter("count", "int count", "0", "state.count() + 1"));
        deploy(counter("tally", "long total, String by", "0, \"nobody\"", "state.total() + 1, state.by()"));
        Path file = Files.writeString(folder.getRoot().toPath().resolve("sums.fbp"), GRAPH);
        try {
            shell.type("flow:start " + file);
            await("a sum").untilAsserted(() -> assertThat(sum()).startsWith("State[count="));
            assertThat(shell.type("flow:plan sums sum=example/tally@1")).contains("REFUSED", "does not fit");

            Bundle third = deploy(OperatorJar.ofSource("example.transfer", "1.0.0", TRANSFER));
            assertThat(shell.type("flow:plan sums sum=example/tally@1"))
                    .contains("state   sum  by the transfer CountToTally of bundle " + third.getBundleId());
            assertThat(shell.type("flow:update sums sum=example/tally@1")).contains("SWITCHED");
            assertThat(third.getRegisteredServices()).allMatch(service -> service.getUsingBundles() == null
                    || !List.of(service.getUsingBundles()).contains(runtime()));
            third.uninstall();
            await("a sum that goes on").untilAsserted(() -> assertThat(sum()).matches("State\\[total=1000000\\d+, by=CountToTally]"));
            assertThat(shell.type("flow:plan sums sum=example/count@1")).contains("REFUSED", "nothing is there for its component count");
        } finally {
            shell.type("flow:stop sums");
        }
    }

    private Bundle runtime() {
        return FrameworkUtil.getBundle(Flows.class);
    }

    private String sum() {
        Flow flow = context.getService(context.getServiceReference(Flows.class)).find("sums").orElseThrow();
        return flow.status().stream()
                .filter(node -> node.name().equals("sum"))
                .map(NodeStatus::notes)
                .map(notes -> notes.getOrDefault("sum", ""))
                .findFirst()
                .orElse("");
    }
}
