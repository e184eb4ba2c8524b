package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import neurath.build.OperatorJar;
import neurath.engine.Flow;
import neurath.engine.Flows;
import neurath.engine.NodeStatus;
import org.junit.Test;
import org.ops4j.pax.exam.CoreOptions;
import org.ops4j.pax.exam.Option;
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

    @Override
    Option more() {
        return CoreOptions.frameworkProperty("neurath.test.packets").value("true");
    }

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

    /** Hears packets of a type, and notes the last one. */
    private static OperatorJar ear(String version, String type) {
        return Examples.of("ear", version, "Operator", """
                @Override
                public void open(neurath.api.Context context) {
                    context.receive("IN", %s.class, packet -> context.note("heard", packet.toString()));
                }
                """.formatted(type))
                .replacing("public final class", "@neurath.api.In(value = \"IN\", type = %s.class)\npublic final class".formatted(type));
    }

    private static final String ADAPTER = """
            package example.adapter;

            import neurath.api.PacketAdapter;
            import org.osgi.service.component.annotations.Component;

            @Component(service = PacketAdapter.class)
            public final class NumberToText implements PacketAdapter<Integer, String> {
                @Override
                public String adapt(Integer number) {
                    return "number " + number;
                }
            }
            """;

    @Test
    public void it_adapts_what_old_neighbours_send_to_a_new_one() throws Exception {
        deploy(feed());
        deploy(ear("1.0.0", "Integer"));
        Path file = Files.writeString(folder.getRoot().toPath().resolve("ears.fbp"),
                "feed(example/feed) OUT -> IN ear(example/ear:version=1)\n");
        try {
            shell.type("flow:start " + file);
            await("a number").untilAsserted(() -> assertThat(note("ears", "ear", "heard")).isEqualTo("1"));
            deploy(ear("2.0.0", "String"));
            assertThat(shell.type("flow:plan ears ear=example/ear@2")).contains("REFUSED", "a java.lang.Integer is no java.lang.String");

            Bundle third = deploy(OperatorJar.ofSource("example.adapter", "1.0.0", ADAPTER));
            assertThat(shell.type("flow:plan ears ear=example/ear@2"))
                    .contains("adapt   feed.OUT -> ear.IN  by NumberToText of bundle " + third.getBundleId());
            assertThat(shell.type("flow:update ears ear=example/ear@2")).contains("SWITCHED");
            await("a text").untilAsserted(() -> assertThat(note("ears", "ear", "heard")).isEqualTo("number 1"));
            third.uninstall();
            assertThat(shell.type("flow:update ears ear=example/ear@1")).contains("SWITCHED");
            await("a number again").untilAsserted(() -> assertThat(note("ears", "ear", "heard")).isEqualTo("1"));
            assertThat(shell.type("flow:plan ears ear=example/ear@2")).contains("REFUSED");
        } finally {
            shell.type("flow:stop ears");
        }
    }

    /** Emits packets of its bundle's own, through a port of a type. */
    private static OperatorJar selfish(String version, String type) {
        return Examples.of("selfish", version, "Source", """
                public record Own(int number) {}

                private neurath.api.Output<%1$s> out;

                @Override
                public void open(neurath.api.Context context) {
                    out = context.output("OUT", %1$s.class);
                }

                @Override
                public boolean produce() {
                    out.emit(new Own(1));
                    java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
                    return true;
                }
                """.formatted(type))
                .replacing("public final class", "@neurath.api.Out(value = \"OUT\", type = %s.class)\npublic final class".formatted(type));
    }

    @Test
    public void packets_of_an_operators_own_bundle_are_refused_or_in_test_mode_reported() throws Exception {
        var events = new CopyOnWriteArrayList<String>();
        Flows flows = context.getService(context.getServiceReference(Flows.class));
        deploy(ear("3.0.0", "Object"));
        deploy(selfish("1.0.0", "Example.Own"));
        Path refused = Files.writeString(folder.getRoot().toPath().resolve("refused.fbp"),
                "a(example/selfish:version=1) OUT -> IN b(example/ear)\n");
        assertThatThrownBy(() -> shell.type("flow:start " + refused))
                .hasMessageContaining("its type example.selfish.Example$Own is a class of an operator's bundle");

        Bundle selfish = deploy(selfish("2.0.0", "Object"));
        Path file = Files.writeString(folder.getRoot().toPath().resolve("stray.fbp"),
                "a(example/selfish:version=2) OUT -> IN b(example/ear)\n");
        try (var subscription = flows.events().subscribe(event -> events.add(event.toString()))) {
            shell.type("flow:start " + file);
            await("a report").untilAsserted(() -> assertThat(events).anySatisfy(event -> assertThat(event).contains(
                    "stray packet: stray/a.OUT (example/selfish@2.0.0 of bundle " + selfish.getBundleId()
                            + ") emits a example.selfish.Example$Own")));
        } finally {
            shell.type("flow:stop stray");
        }
    }

    private Bundle runtime() {
        return FrameworkUtil.getBundle(Flows.class);
    }

    private String sum() {
        return note("sums", "sum", "sum");
    }

    private String note(String name, String of, String fact) {
        Flow flow = context.getService(context.getServiceReference(Flows.class)).find(name).orElseThrow();
        return flow.status().stream()
                .filter(node -> node.name().equals(of))
                .map(NodeStatus::notes)
                .map(notes -> notes.getOrDefault(fact, ""))
                .findFirst()
                .orElse("");
    }
}
