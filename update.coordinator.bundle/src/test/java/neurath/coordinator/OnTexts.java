package neurath.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import neurath.coordinator.Texts.Collect;
import neurath.coordinator.Texts.Feed;
import neurath.coordinator.Texts.Inbox;
import neurath.coordinator.Texts.Say;
import neurath.engine.Flow;
import neurath.engine.Flows;
import neurath.engine.Threads;
import neurath.events.Event;
import neurath.events.Events;
import neurath.graph.Graph;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A coordinator with one flow, {@code flow}: the test feeds its entrance {@code feed} with texts, operators put words behind them, and
 * the test reads its exit {@code collect}. In the end no instance of any version is left.
 */
@Timeout(60)
abstract class OnTexts {
    @TempDir
    Path home;

    final TestCatalog catalog = new TestCatalog();
    final BlockingQueue<String> out = new LinkedBlockingQueue<>();
    final List<Event> events = new CopyOnWriteArrayList<>();
    final Flows flows = new Flows(new Events(Runnable::run), Threads.ofTheJdk(), text -> text);
    Inbox inbox;
    Coordinator coordinator;

    @BeforeEach
    void openTheEnds() throws Exception {
        inbox = new Inbox();
        flows.events().subscribe(events::add);
        catalog.start(
                TestVersion.of("feed", "1.0.0", 1, Feed.class, () -> new Feed(inbox)),
                TestVersion.of("collect", "1.0.0", 2, Collect.class, () -> new Collect(out)));
    }

    @AfterEach
    void nothing_is_left() throws Exception {
        for (Flow flow : flows.all()) {
            flows.stop(flow.name(), Duration.ofSeconds(5));
        }
        inbox.close();
        await().untilAsserted(() -> assertThat(catalog.everStarted())
                .allSatisfy(version -> assertThat(version.alive).as(version.label()).hasValue(0)));
    }

    /** A version that puts its name behind each text. */
    static TestVersion say(String operator, String version, int bundle, String... partners) {
        return TestVersion.of(operator, version, bundle, Say.class, () -> new Say(operator + version), partners);
    }

    /** Has the coordinator start the flow. */
    void offer(Graph graph) {
        coordinator.offer("flow", new Origin("the test", "1"), graph);
        coordinator.lookAround(true);
    }

    /** Starts bundles, and has the coordinator look at them. */
    void arrive(TestVersion... versions) {
        catalog.start(versions);
        coordinator.lookAround(true);
    }

    /** What comes out for {@code x}. */
    String answer() throws InterruptedException {
        return answer("x");
    }

    /** What comes out for a text. */
    String answer(String text) throws InterruptedException {
        inbox.offer(text);
        return out.poll(10, TimeUnit.SECONDS);
    }

    Flow flow() {
        return flows.find("flow").orElseThrow();
    }
}
