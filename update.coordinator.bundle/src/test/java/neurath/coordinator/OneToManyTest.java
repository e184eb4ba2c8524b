package neurath.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import neurath.api.Context;
import neurath.api.In;
import neurath.api.OneToMany;
import neurath.api.Operator;
import neurath.api.Out;
import neurath.api.Output;
import neurath.coordinator.Texts.Collect;
import neurath.coordinator.Texts.Feed;
import neurath.coordinator.Texts.Inbox;
import neurath.coordinator.Texts.Say;
import neurath.engine.Flows;
import neurath.engine.Threads;
import neurath.events.Event;
import neurath.events.Events;
import neurath.events.Phase;
import neurath.graph.fbp.FbpParser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** All packets that come of one request meet an update on one side of its marker, though they go down one arc. */
@Timeout(60)
class OneToManyTest {
    @TempDir
    Path home;

    private final TestCatalog catalog = new TestCatalog();
    private final BlockingQueue<String> out = new LinkedBlockingQueue<>();
    private final Flows flows = new Flows(new Events(Runnable::run), Threads.ofTheJdk(), text -> text);
    private final CountDownLatch isAtWork = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private Inbox inbox;
    private Coordinator coordinator;

    /** Emits the words of a text one by one. */
    @OneToMany
    @In(value = "IN", type = String.class)
    @Out(value = "OUT", type = String.class)
    static final class Split implements Operator {
        @Override
        public void open(Context context) {
            Output<String> out = context.output("OUT", String.class);
            context.receive("IN", String.class, text -> List.of(text.split(" ")).forEach(out::emit));
        }
    }

    /** Waits at its first packet until the test lets it go on. */
    private final class SayLate extends Say {
        SayLate() {
            super("old");
        }

        @Override
        public String apply(String text) throws Exception {
            isAtWork.countDown();
            goOn.await();
            return super.apply(text);
        }
    }

    @BeforeEach
    void serve() throws Exception {
        inbox = new Inbox();
        catalog.start(
                TestVersion.of("feed", "1.0.0", 1, Feed.class, () -> new Feed(inbox)),
                TestVersion.of("split", "1.0.0", 2, Split.class, Split::new),
                TestVersion.of("say", "1.0.0", 3, SayLate.class, SayLate::new),
                TestVersion.of("collect", "1.0.0", 4, Collect.class, () -> new Collect(out)));
        coordinator = new Coordinator(flows, catalog, new FlowStore(home), Duration.ofSeconds(20));
        coordinator.offer("flow", new Origin("the test", "1"),
                new FbpParser().parse("feed(feed) OUT -> IN split(split) OUT -> IN say(say) OUT -> IN collect(collect)"));
        coordinator.lookAround(true);
        catalog.start(TestVersion.of("say", "2.0.0", 13, Say.class, () -> new Say("new")));
    }

    @AfterEach
    void stop() throws Exception {
        goOn.countDown();
        flows.stop("flow", Duration.ofSeconds(5));
        inbox.close();
    }

    @Test
    void the_marker_enters_where_one_packet_becomes_many() {
        assertThat(coordinator.plan("flow", List.of("say=say@2"), home)).singleElement()
                .satisfies(plan -> assertThat(plan.region()).containsExactly("split", "say"));
    }

    @Test
    void an_update_between_the_packets_of_one_request_waits_for_all_of_them() throws Exception {
        var isMarked = new CountDownLatch(1);
        flows.events().subscribe(event -> {
            if (event instanceof Event.UpdatePhase update && update.phase() == Phase.ALIGNING) {
                isMarked.countDown();
            }
        });
        inbox.offer("one two three");
        assertThat(isAtWork.await(10, TimeUnit.SECONDS)).isTrue();
        await().until(() -> flows.find("flow").orElseThrow().status().stream()
                .anyMatch(node -> node.name().equals("split") && node.emitted() == 3));
        var update = CompletableFuture.supplyAsync(() -> coordinator.update("flow", List.of("say=say@2"), home).join());
        assertThat(isMarked.await(10, TimeUnit.SECONDS)).isTrue();
        goOn.countDown();
        assertThat(update.get(20, TimeUnit.SECONDS)).singleElement().isInstanceOf(Outcome.Completed.class);
        inbox.offer("four five");
        var said = new ArrayList<String>();
        for (int i = 0; i < 5; i++) {
            said.add(out.poll(10, TimeUnit.SECONDS));
        }
        assertThat(said).containsExactly("one old", "two old", "three old", "four new", "five new");
    }
}
