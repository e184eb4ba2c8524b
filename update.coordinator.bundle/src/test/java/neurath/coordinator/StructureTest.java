package neurath.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import neurath.api.Context;
import neurath.api.Default;
import neurath.api.In;
import neurath.api.Operator;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.Parameters;
import neurath.coordinator.Texts.Collect;
import neurath.coordinator.Texts.Count;
import neurath.coordinator.Texts.Counted;
import neurath.coordinator.Texts.Feed;
import neurath.coordinator.Texts.Inbox;
import neurath.coordinator.Texts.Say;
import neurath.engine.NodeStatus;
import neurath.graph.fbp.FbpParser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The graph of a running flow is changed: texts go through it meanwhile, and none is lost. */
class StructureTest extends OnTexts {
    private static final String GRAPH = "feed(feed) OUT -> IN a(a) OUT -> IN b(b) OUT -> IN collect(collect)";

    private final BlockingQueue<String> side = new LinkedBlockingQueue<>();
    private Inbox second;

    /** Sends texts that begin with its parameter one way and the others another. */
    @Parameters(Route.Prefix.class)
    @In(value = "IN", type = String.class)
    @Out(value = "HIT", type = String.class)
    @Out(value = "MISS", type = String.class)
    static final class Route implements Operator {
        record Prefix(@Default("x") String prefix) {}

        @Override
        public void open(Context context) {
            String prefix = context.parameters(Prefix.class).prefix();
            Output<String> hit = context.output("HIT", String.class);
            Output<String> miss = context.output("MISS", String.class);
            context.receive("IN", String.class, text -> (text.startsWith(prefix) ? hit : miss).emit(text));
        }
    }

    /** Sends each text down one element after the other. */
    @In(value = "IN", type = String.class)
    @Out(value = "OUT", type = String.class, array = true)
    static final class Deal implements Operator {
        private int next;

        @Override
        public void open(Context context) {
            List<Output<String>> outs = context.outputs("OUT", String.class);
            context.receive("IN", String.class, text -> outs.get(next++ % outs.size()).emit(text));
        }
    }

    @BeforeEach
    void serve() throws Exception {
        second = new Inbox();
        catalog.start(
                TestVersion.of("side", "1.0.0", 3, Collect.class, () -> new Collect(side)),
                TestVersion.of("second", "1.0.0", 4, Feed.class, () -> new Feed(second)),
                TestVersion.of("count", "1.0.0", 5, Count.class, () -> new Count("n")),
                TestVersion.of("tally", "1.0.0", 6, Count.class, () -> new Count("t")),
                TestVersion.of("route", "1.0.0", 7, Route.class, Route::new),
                TestVersion.of("deal", "1.0.0", 8, Deal.class, Deal::new),
                say("a", "1.0.0", 11),
                say("b", "1.0.0", 12),
                say("c", "1.0.0", 13),
                say("d", "1.0.0", 14));
        coordinator = new Coordinator(flows, catalog, new FlowStore(home), Duration.ofSeconds(5));
        offer(new FbpParser().parse(GRAPH));
        assertThat(answer("x")).isEqualTo("x a1.0.0 b1.0.0");
    }

    @AfterEach
    void closeTheSecond() throws Exception {
        second.close();
    }

    private String update(String... change) {
        return String.join("\n", coordinator.update("flow", List.of(change), home).join().stream().map(Outcome::toString).toList());
    }

    @Test
    void a_node_is_inserted_and_taken_out_again() throws Exception {
        assertThat(update("feed(feed) OUT -> IN a(a) OUT -> IN c(c) OUT -> IN b(b) OUT -> IN collect(collect)")).contains("SWITCHED",
                "+ c 1.0.0");
        assertThat(answer("x")).isEqualTo("x a1.0.0 c1.0.0 b1.0.0");
        assertThat(flow().revision()).isEqualTo(2);
        assertThat(update(GRAPH)).contains("SWITCHED", "- c");
        assertThat(answer("x")).isEqualTo("x a1.0.0 b1.0.0");
        assertThat(flow().status()).extracting(NodeStatus::name).containsExactly("feed", "a", "b", "collect");
    }

    @Test
    void texts_that_are_on_their_way_go_the_old_way_or_the_new_and_none_is_lost() throws Exception {
        String longer = "feed(feed) OUT -> IN a(a) OUT -> IN c(c) OUT -> IN d(d) OUT -> IN b(b) OUT -> IN collect(collect)";
        for (int round = 0; round < 50; round++) {
            for (int i = 0; i < 20; i++) {
                inbox.offer("x" + i);
            }
            update(round % 2 == 0 ? longer : GRAPH);
        }
        for (int n = 0; n < 50 * 20; n++) {
            String text = out.poll(10, TimeUnit.SECONDS);
            assertThat(text).startsWith("x" + n % 20 + " ").matches("x\\d+ a1.0.0 (c1.0.0 d1.0.0 )?b1.0.0");
        }
        assertThat(out).isEmpty();
    }

    @Test
    void a_branch_with_two_ways_comes_and_goes() throws Exception {
        update("feed(feed) OUT -> IN a(a) OUT -> IN route(route) HIT -> IN b(b) OUT -> IN collect(collect), route MISS -> IN c(c) OUT -> IN b");
        assertThat(answer("x")).isEqualTo("x a1.0.0 b1.0.0");
        assertThat(answer("y")).isEqualTo("y a1.0.0 c1.0.0 b1.0.0");
        update("'y' -> PREFIX route(route) HIT -> IN b(b) OUT -> IN collect(collect), feed(feed) OUT -> IN a(a) OUT -> IN route, route MISS -> IN c(c) OUT -> IN b");
        assertThat(answer("x")).as("other parameters").isEqualTo("x a1.0.0 c1.0.0 b1.0.0");
        update(GRAPH);
        assertThat(answer("y")).isEqualTo("y a1.0.0 b1.0.0");
    }

    @Test
    void an_operator_gets_more_elements_of_an_array_port() throws Exception {
        update("feed(feed) OUT -> IN deal(deal) OUT[0] -> IN a(a) OUT -> IN collect(collect), deal OUT[1] -> IN b(b) OUT -> IN collect");
        assertThat(List.of(answer("x"), answer("x"))).containsExactly("x a1.0.0", "x b1.0.0");
        update("feed(feed) OUT -> IN deal(deal) OUT[0] -> IN a(a) OUT -> IN collect(collect), deal OUT[1] -> IN b(b) OUT -> IN collect,"
                + " deal OUT[2] -> IN c(c) OUT -> IN collect");
        assertThat(List.of(answer("x"), answer("x"), answer("x"))).containsExactly("x a1.0.0", "x b1.0.0", "x c1.0.0");
    }

    @Test
    void another_operator_takes_the_place_and_the_state() throws Exception {
        update("feed(feed) OUT -> IN a(a) OUT -> IN b(count) OUT -> IN collect(collect)", "--commit", "hold");
        answer("x");
        assertThat(answer("x")).isEqualTo("x a1.0.0 n2");
        assertThat(update("b=tally@1")).contains("b count@1.0.0 -> tally@1.0.0");
        assertThat(answer("x")).isEqualTo("x a1.0.0 t3");
    }

    @Test
    void a_renamed_node_keeps_its_state_and_its_instance() throws Exception {
        update("feed(feed) OUT -> IN a(a) OUT -> IN n(count) OUT -> IN collect(collect)");
        answer("x");
        update("feed(feed) OUT -> IN a(a) OUT -> IN counter(count:was=n) OUT -> IN collect(collect)");
        assertThat(answer("x")).isEqualTo("x a1.0.0 n2");
        assertThat(flow().status()).extracting(NodeStatus::name).containsExactly("feed", "a", "counter", "collect");
        update("feed(feed) OUT -> IN a(a) OUT -> IN tally(tally:was=counter) OUT -> IN collect(collect)");
        assertThat(answer("x")).as("renamed and replaced in one").isEqualTo("x a1.0.0 t3");
    }

    @Test
    void another_name_is_an_update_as_any_other_and_nobody_waits_for_it() throws Exception {
        assertThat(update("feed(feed) OUT -> IN a(a) OUT -> IN last(b:was=b) OUT -> IN collect(collect)"))
                .contains("update 1 SWITCHED", "b is named last");
        assertThat(flow().isPassing()).isFalse();
        assertThat(update("feed(feed) OUT -> IN a(a) OUT -> IN b(b:was=last) OUT -> IN collect(collect)", "--commit", "hold"))
                .contains("update 2 SWITCHED", "last is named b");
        assertThat(flow().isPassing()).isFalse();
        assertThat(answer("x")).isEqualTo("x a1.0.0 b1.0.0");
    }

    @Test
    void a_new_node_takes_the_name_that_another_gives_up() throws Exception {
        update("feed(feed) OUT -> IN a(a) OUT -> IN b(c) OUT -> IN last(b:was=b) OUT -> IN collect(collect)");
        assertThat(answer("x")).as("b is still there under its own name").isEqualTo("x a1.0.0 c1.0.0 b1.0.0");
    }

    @Test
    void an_entrance_and_an_exit_come_and_go() throws Exception {
        update("feed(feed) OUT -> IN a(a) OUT -> IN b(b) OUT -> IN collect(collect), second(second) OUT -> IN c(c) OUT -> IN b, b OUT -> IN side(side)");
        assertThat(answer("x")).isEqualTo("x a1.0.0 b1.0.0");
        assertThat(side.poll(10, TimeUnit.SECONDS)).isEqualTo("x a1.0.0 b1.0.0");
        second.offer("y");
        assertThat(out.poll(10, TimeUnit.SECONDS)).isEqualTo("y c1.0.0 b1.0.0");
        update("second(second) OUT -> IN c(c) OUT -> IN b(b) OUT -> IN side(side)");
        side.clear();
        second.offer("z");
        assertThat(side.poll(10, TimeUnit.SECONDS)).isEqualTo("z c1.0.0 b1.0.0");
        update(GRAPH);
        assertThat(answer("x")).isEqualTo("x a1.0.0 b1.0.0");
    }

    @Test
    void a_flow_beside_the_flow_touches_nothing_that_runs() throws Exception {
        assertThat(update(GRAPH + ", second(second) OUT -> IN side(side)")).contains("SWITCHED");
        second.offer("y");
        assertThat(side.poll(10, TimeUnit.SECONDS)).isEqualTo("y");
        update(GRAPH);
    }

    @Test
    void a_new_node_that_fails_to_open_leaves_the_old_graph() throws Exception {
        catalog.start(TestVersion.of("sick", "1.0.0", 20, Say.class, () -> {
            throw new IllegalStateException("no licence");
        }));
        assertThat(update("feed(feed) OUT -> IN a(a) OUT -> IN sick(sick) OUT -> IN b(b) OUT -> IN collect(collect)"))
                .contains("ABORTED", "making and opening sick@1.0.0 for sick", "no licence");
        assertThat(answer("x")).isEqualTo("x a1.0.0 b1.0.0");
        assertThat(flow().graph()).isEqualTo(new FbpParser().parse(GRAPH));
        assertThat(flow().status()).hasSize(4);
    }

    @Test
    void a_new_node_that_cannot_make_its_first_state_leaves_the_old_graph() throws Exception {
        catalog.start(TestVersion.of("sick", "1.0.0", 20, Count.class, () -> new Count("s") {
            @Override
            public void begin() {
                throw new IllegalStateException("the port is taken");
            }
        }));
        assertThat(update("feed(feed) OUT -> IN a(a) OUT -> IN sick(sick) OUT -> IN b(b) OUT -> IN collect(collect)"))
                .contains("ABORTED", "the first state of sick failed", "the port is taken");
        assertThat(answer("x")).isEqualTo("x a1.0.0 b1.0.0");
    }

    @Test
    void a_handover_that_fails_leaves_the_old_graph_though_nodes_were_to_come() throws Exception {
        update("feed(feed) OUT -> IN a(a) OUT -> IN n(count) OUT -> IN collect(collect)");
        catalog.start(TestVersion.of("count", "2.0.0", 21, Count.class, () -> new Count("s") {
            @Override
            public void restore(Counted state) {
                throw new IllegalStateException("not a number");
            }
        }));
        assertThat(
                update("feed(feed) OUT -> IN a(a) OUT -> IN b(b) OUT -> IN n(count:version=2) OUT -> IN c(c) OUT -> IN collect(collect)"))
                .contains("ABORTED", "the handover of n", "not a number");
        assertThat(answer("x")).isEqualTo("x a1.0.0 n1");
        assertThat(flow().status()).extracting(NodeStatus::name).containsExactly("feed", "a", "n", "collect");
    }

    @Test
    void a_graph_that_does_not_fit_is_refused_and_nothing_is_touched() {
        assertThatThrownBy(() -> update("feed(feed) OUT -> IN a(a) OUT -> IN b(b) OUT -> IN collect(collect), c(c) OUT -> IN b"))
                .hasMessageContaining("no arc leads to c@1.0.0");
        assertThatThrownBy(() -> update("feed(feed) OUT -> IN nowhere(none) OUT -> IN collect(collect)"))
                .hasMessageContaining("flow/nowhere: none is not there");
        assertThat(coordinator.history("flow")).isEmpty();
    }

    @Test
    void a_changed_graph_survives_a_restart() throws Exception {
        update("feed(feed) OUT -> IN a(a) OUT -> IN c(c) OUT -> IN b(b) OUT -> IN collect(collect)");
        flows.stop("flow", Duration.ofSeconds(5));
        coordinator = new Coordinator(flows, catalog, new FlowStore(home), Duration.ofSeconds(5));
        coordinator.lookAround(true);
        assertThat(answer("x")).isEqualTo("x a1.0.0 c1.0.0 b1.0.0");
        assertThat(flow().revision()).isEqualTo(2);
    }

    @Test
    void a_file_that_changes_changes_the_running_graph() throws Exception {
        Path file = Files.writeString(home.resolve("flow.fbp"), "feed(feed) OUT -> IN b(b) OUT -> IN collect(collect)");
        coordinator.bring("flow", new Origin("flow.fbp", "2"), new FbpParser().parse(Files.readString(file)), true);
        assertThat(answer("x")).isEqualTo("x b1.0.0");
    }
}
