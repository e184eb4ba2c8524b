package neurath.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import neurath.coordinator.Texts.Collect;
import neurath.coordinator.Texts.Count;
import neurath.coordinator.Texts.Counted;
import neurath.coordinator.Texts.Feed;
import neurath.coordinator.Texts.Inbox;
import neurath.coordinator.Texts.Say;
import neurath.coordinator.journal.FaultyDisk;
import neurath.engine.Flows;
import neurath.engine.Threads;
import neurath.events.Event;
import neurath.events.Events;
import neurath.events.Phase;
import neurath.graph.Graph;
import neurath.graph.fbp.FbpParser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a restart would find at each moment of an update of the pair a and b, and what becomes of updates when the disk fails. */
class DurabilityTest {
    private static final Graph GRAPH = new FbpParser().parse("feed(feed) OUT -> IN a(a) OUT -> IN b(b) OUT -> IN collect(collect)");
    private static final Map<String, String> OLD = Map.of("a", "a@1.0.0#3", "b", "b@1.0.0#4");
    private static final Map<String, String> NEW = Map.of("a", "a@2.0.0#13", "b", "b@2.0.0#14");

    @TempDir
    Path folder;

    private final TestCatalog catalog = new TestCatalog();
    private final FaultyDisk disk = new FaultyDisk();
    private final BlockingQueue<String> out = new LinkedBlockingQueue<>();
    private final Flows flows = new Flows(new Events(Runnable::run), Threads.ofTheJdk(), text -> text);
    private BundleKeeper keeper = versions -> List.of();
    private Inbox inbox;
    private Coordinator coordinator;

    @BeforeEach
    void serve() throws Exception {
        inbox = new Inbox();
        catalog.start(
                TestVersion.of("feed", "1.0.0", 1, Feed.class, () -> new Feed(inbox)),
                TestVersion.of("collect", "1.0.0", 2, Collect.class, () -> new Collect(out)),
                say("a", "1.0.0", 3));
    }

    @AfterEach
    void stop() throws Exception {
        flows.stop("flow", Duration.ofSeconds(5));
        inbox.close();
    }

    private Path home() {
        return folder.resolve("home");
    }

    private static TestVersion say(String operator, String version, int bundle, String... partners) {
        return TestVersion.of(operator, version, bundle, Say.class, () -> new Say(operator + version), partners);
    }

    private static TestVersion count(String version, int bundle, String... partners) {
        return TestVersion.of("b", version, bundle, Count.class, () -> new Count("b" + version + '#'), partners);
    }

    private void start(TestVersion b) throws InterruptedException {
        catalog.start(b);
        coordinator = new Coordinator(
                flows, catalog, new FlowStore(home(), disk, versions -> keeper.keep(versions)), Duration.ofSeconds(30));
        coordinator.offer("flow", new Origin("the test", "1"), GRAPH);
        coordinator.lookAround(true);
        assertThat(answer()).startsWith("x a1.0.0 b1.0.0");
    }

    private String answer() throws InterruptedException {
        inbox.offer("x");
        return out.poll(10, TimeUnit.SECONDS);
    }

    private void arrive(TestVersion... versions) {
        catalog.start(versions);
        coordinator.lookAround(true);
    }

    private void arriveWithoutState() {
        arrive(say("a", "2.0.0", 13, "b 2.0.0"), say("b", "2.0.0", 14, "a 2.0.0"));
    }

    private void arriveWithState() {
        arrive(say("a", "2.0.0", 13, "b 2.0.0"), count("2.0.0", 14, "a 2.0.0"));
    }

    /** What the journal says at each event of an update: as if the platform were killed there. */
    private Map<String, Map<String, String>> journaledAt(Runnable update) {
        var journaled = new LinkedHashMap<String, Map<String, String>>();
        try (var subscription = flows.events().subscribe(event -> journaled.put(name(event), journaled()))) {
            update.run();
        }
        journaled.put("the end", journaled());
        return journaled;
    }

    private static String name(Event event) {
        return switch (event) {
            case Event.UpdatePhase phase -> phase.phase().name();
            case Event.NodePassed passed -> passed.node() + ' ' + passed.what().replaceAll(" to .*", "");
            default -> event.getClass().getSimpleName();
        };
    }

    private synchronized Map<String, String> journaled() {
        try {
            Path copy = Files.createTempDirectory(folder, "killed");
            Files.copy(home().resolve("journal"), copy.resolve("journal"));
            try (FlowStore store = new FlowStore(copy)) {
                Map<String, String> versions = store.load().get("flow").versions;
                versions.keySet().retainAll(OLD.keySet());
                assertThat(store.history("flow")).hasSizeLessThanOrEqualTo(1);
                if (versions.equals(NEW)) {
                    assertThat(store.history("flow")).singleElement().asString().contains("SWITCHED");
                } else {
                    assertThat(store.history("flow")).allMatch(line -> line.contains("ABORTED"));
                }
                return versions;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void killed_at_any_moment_of_a_hold_a_restart_finds_the_old_pair_before_the_commit_and_the_new_from_there() throws Exception {
        start(count("1.0.0", 4));
        var atHandover = new AtomicReference<Map<String, String>>();
        var b = TestVersion.of("b", "2.0.0", 14, Count.class, () -> new Count("b2.0.0#") {
            @Override
            public void restore(Counted state) throws Exception {
                atHandover.set(journaled());
                super.restore(state);
            }
        }, "a 2.0.0");
        Map<String, Map<String, String>> journaled = journaledAt(() -> arrive(say("a", "2.0.0", 13, "b 2.0.0"), b));
        for (Phase phase : List.of(Phase.PLANNED, Phase.PREPARED, Phase.MARKING)) {
            assertThat(journaled.get(phase.name())).as("at " + phase).isEqualTo(OLD);
        }
        assertThat(atHandover).hasValue(OLD);
        assertThat(journaled.get("a switched")).as("before the first node is let go").isEqualTo(NEW);
        assertThat(journaled.get("b switched")).isEqualTo(NEW);
        assertThat(journaled.get("SWITCHED")).isEqualTo(NEW);
        assertThat(journaled.get("the end")).isEqualTo(NEW);
    }

    @Test
    void killed_at_any_moment_of_a_stream_a_restart_finds_the_old_pair_or_the_new_and_the_new_once_it_is_said() throws Exception {
        start(say("b", "1.0.0", 4));
        Map<String, Map<String, String>> journaled = journaledAt(this::arriveWithoutState);
        for (Phase phase : List.of(Phase.PLANNED, Phase.PREPARED, Phase.MARKING)) {
            assertThat(journaled.get(phase.name())).as("at " + phase).isEqualTo(OLD);
        }
        assertThat(journaled.values()).allMatch(versions -> versions.equals(OLD) || versions.equals(NEW));
        assertThat(journaled.get("SWITCHED")).isEqualTo(NEW);
        assertThat(journaled.get("the end")).isEqualTo(NEW);
    }

    @Test
    void on_a_full_disk_an_update_is_aborted_with_the_reason_before_anything_moves_and_the_flow_goes_on() throws Exception {
        start(count("1.0.0", 4));
        disk.room(50);
        Map<String, Map<String, String>> journaled = journaledAt(this::arriveWithState);
        assertThat(journaled).containsKeys("PREPARED", "ABORTED").doesNotContainKey("MARKING");
        assertThat(journaled.values()).containsOnly(OLD);
        assertThat(coordinator.history("flow")).singleElement().asString()
                .contains("ABORTED: it cannot be made durable", home().resolve("journal").toString(), "No space left on device");
        assertThat(answer()).isEqualTo("x a1.0.0 b1.0.0#2");
        disk.room(Long.MAX_VALUE);
        assertThat(coordinator.update("flow", List.of("a=a@2.0.0"), folder).join()).singleElement().isInstanceOf(Outcome.Completed.class);
        assertThat(answer()).isEqualTo("x a2.0.0 b2.0.0#3");
        assertThat(journaledHistory()).hasSize(2);
    }

    private List<String> journaledHistory() throws IOException {
        try (FlowStore store = new FlowStore(home())) {
            return store.history("flow");
        }
    }

    @Test
    void on_a_disk_that_fills_while_an_update_is_under_way_the_update_is_still_made_durable() throws Exception {
        start(count("1.0.0", 4));
        try (var subscription = flows.events().subscribe(event -> {
            if (name(event).equals("MARKING")) {
                disk.room(0);
            }
        })) {
            arriveWithState();
        }
        assertThat(coordinator.history("flow")).singleElement().asString().contains("SWITCHED");
        assertThat(journaled()).isEqualTo(NEW);
    }

    @Test
    void what_cannot_be_put_into_the_store_aborts_the_update() throws Exception {
        start(count("1.0.0", 4));
        keeper = versions -> {
            throw new IOException("b 2.0.0 (bundle 14) cannot be put into the store: No space left on device");
        };
        arriveWithState();
        assertThat(coordinator.history("flow")).singleElement().asString()
                .contains("ABORTED: it cannot be made durable: b 2.0.0 (bundle 14) cannot be put into the store");
        assertThat(answer()).isEqualTo("x a1.0.0 b1.0.0#2");
    }

    @Test
    void what_the_disk_does_not_confirm_after_the_switch_is_said_and_the_new_versions_work() throws Exception {
        start(say("b", "1.0.0", 4));
        var notices = new LinkedBlockingQueue<String>();
        try (var subscription = flows.events().subscribe(event -> {
            if (event instanceof Event.Notice notice) {
                notices.add(notice.text());
            }
            if (name(event).equals("MARKING")) {
                disk.forcing(false);
            }
        })) {
            arriveWithoutState();
        }
        assertThat(notices).singleElement().asString().contains("is switched, and a restart may not find it so", "Input/output error");
        assertThat(answer()).isEqualTo("x a2.0.0 b2.0.0");
        disk.forcing(true);
        coordinator.policy("flow", FlowRecord.Policy.MANUAL);
        assertThat(journaled()).isEqualTo(NEW);
    }

    @Test
    void a_coordinator_that_comes_back_takes_what_runs_for_what_counts() throws Exception {
        start(say("b", "1.0.0", 4));
        Path before = Files.copy(home().resolve("journal"), folder.resolve("before"));
        arriveWithoutState();
        Files.copy(before, home().resolve("journal"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        coordinator = new Coordinator(flows, catalog, new FlowStore(home()), Duration.ofSeconds(30));
        assertThat(journaledVersions()).isEqualTo(NEW);
        assertThat(answer()).isEqualTo("x a2.0.0 b2.0.0");
    }

    private Map<String, String> journaledVersions() throws IOException {
        try (FlowStore store = new FlowStore(home())) {
            Map<String, String> versions = store.load().get("flow").versions;
            versions.keySet().retainAll(OLD.keySet());
            return versions;
        }
    }
}
