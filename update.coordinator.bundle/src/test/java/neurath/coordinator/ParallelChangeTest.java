package neurath.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import neurath.api.Changes;
import neurath.api.Context;
import neurath.api.Effect;
import neurath.api.In;
import neurath.api.Lease;
import neurath.api.Operator;
import neurath.api.Out;
import neurath.api.ParallelChange;
import neurath.api.Parameters;
import neurath.api.Step;
import neurath.coordinator.Texts.Collect;
import neurath.coordinator.Texts.Feed;
import neurath.coordinator.Texts.Inbox;
import neurath.coordinator.Texts.Say;
import neurath.coordinator.Words.Hook;
import neurath.coordinator.Words.InLayoutOne;
import neurath.coordinator.Words.InLayoutThree;
import neurath.coordinator.Words.InLayoutTwo;
import neurath.engine.Flow;
import neurath.engine.Flows;
import neurath.engine.Signature;
import neurath.engine.Threads;
import neurath.events.Event;
import neurath.events.Events;
import neurath.graph.fbp.FbpParser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Versions that change the layout of a folder in two steps, while words are counted in its files. */
@Timeout(60)
class ParallelChangeTest {
    private static final String[] KEPT = {"--probation", "1h"};

    @TempDir
    Path folder;

    private final TestCatalog catalog = new TestCatalog();
    private final BlockingQueue<String> out = new LinkedBlockingQueue<>();
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final List<String> steps = new CopyOnWriteArrayList<>();
    private final ExecutorService workers = Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory());
    private final ExecutorService thread = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
    private final CountDownLatch letGo = new CountDownLatch(1);
    private volatile Hook trouble = step -> {};
    private Flows flows = new Flows(new Events(Runnable::run), Threads.ofTheJdk(), text -> text);
    private Path home;
    private Path words;
    private Inbox inbox;
    private Coordinator coordinator;

    @BeforeEach
    void serve() throws Exception {
        home = Files.createDirectory(folder.resolve("home"));
        words = Files.createDirectory(folder.resolve("words"));
        inbox = new Inbox();
        catalog.start(
                TestVersion.of("feed", "1.0.0", 1, Feed.class, () -> new Feed(inbox)),
                TestVersion.of("collect", "1.0.0", 2, Collect.class, () -> new Collect(out)),
                TestVersion.of("count", "1.0.0", 3, InLayoutOne.class, InLayoutOne::new));
        begin(Duration.ofSeconds(10));
        assertThat(count("apple")).isEqualTo("apple 1 in one");
    }

    /** A platform starts: flows are made anew, what is remembered is in the home. */
    private void begin(Duration limit) throws Exception {
        flows.events().subscribe(events::add);
        coordinator = decide(() -> new Coordinator(flows, catalog, new FlowStore(home), limit, Health.NONE,
                new Schedule(workers, thread, () -> thread.execute(() -> coordinator.lookAround(true)))));
        flows.events().subscribe(event -> {
            if (event instanceof Event.UpdatePhase update && update.phase() == neurath.events.Phase.RETIRED) {
                thread.execute(() -> coordinator.lookAround(true)); // as the deployer does
            }
        });
        decide(() -> {
            coordinator.offer("flow", new Origin("the test", "1"), new FbpParser().parse(
                    "'" + words + "' -> DIR n(count)\nfeed(feed) OUT -> IN n OUT -> IN collect(collect)"));
            coordinator.lookAround(true);
            coordinator.policy("flow", FlowRecord.Policy.MANUAL);
            return null;
        });
        await().until(() -> flows.find("flow").isPresent() || events.stream().anyMatch(Event.FlowRefused.class::isInstance));
    }

    /** The platform is killed and started again, with what lay on the disk at a moment. */
    private void restartWith(Path journal, Path content) throws Exception {
        end();
        flows = new Flows(new Events(Runnable::run), Threads.ofTheJdk(), text -> text);
        inbox.close();
        inbox = new Inbox();
        steps.clear();
        out.clear();
        home = journal;
        Words.delete(words);
        copy(content, words);
        begin(Duration.ofSeconds(10));
    }

    private void end() throws InterruptedException {
        for (Flow flow : flows.all()) {
            flows.stop(flow.name(), Duration.ofSeconds(5));
        }
    }

    @AfterEach
    void nothing_is_left() throws Exception {
        letGo.countDown();
        decide(() -> coordinator.close("the test is over")).get(10, TimeUnit.SECONDS);
        end();
        inbox.close();
        workers.shutdown();
        assertThat(workers.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        thread.shutdown();
        assertThat(thread.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        await().untilAsserted(() -> assertThat(catalog.available())
                .allSatisfy(version -> assertThat(((TestVersion) version).alive).as(version.label()).hasValue(0)));
    }

    private <T> T decide(Callable<T> decision) throws Exception {
        try {
            return thread.submit(decision).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private void step(String step) throws Exception {
        steps.add(step.replace(" for flow/n", ""));
        trouble.at(step.replaceAll(" for .*", ""));
    }

    private static <T extends Operator> TestVersion version(String number, Class<T> type, java.util.function.Supplier<T> constructor) {
        return TestVersion.of("count", number, 10 + number.charAt(0), type, constructor);
    }

    private TestVersion two() {
        return version("2.0.0", InLayoutTwo.class, () -> new InLayoutTwo(this::step));
    }

    private TestVersion three() {
        return version("3.0.0", InLayoutThree.class, () -> new InLayoutThree(this::step));
    }

    private String count(String word) throws InterruptedException {
        inbox.offer(word);
        return out.poll(10, TimeUnit.SECONDS);
    }

    private CompletableFuture<String> asked(String... change) throws Exception {
        return decide(() -> coordinator.update("flow", List.of(change), home)).thenApply(outcomes -> outcomes.getFirst().toString());
    }

    private String update(String version, String... options) throws Exception {
        var change = new ArrayList<>(List.of("n=count@" + version));
        change.addAll(List.of(options));
        return asked(change.toArray(String[]::new)).get(20, TimeUnit.SECONDS);
    }

    private String rollback() throws Exception {
        return decide(() -> coordinator.rollback("flow", "asked for")).get(10, TimeUnit.SECONDS).toString();
    }

    private void confirm() throws Exception {
        decide(() -> {
            coordinator.confirm("flow");
            return null;
        });
    }

    private List<String> owed() throws Exception {
        return decide(() -> coordinator.owed("flow"));
    }

    private void awaitNothingOwed() {
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(owed()).isEmpty());
    }

    private List<String> notices() {
        return events.stream().filter(Event.Notice.class::isInstance).map(event -> ((Event.Notice) event).text()).toList();
    }

    private List<String> history() throws Exception {
        return decide(() -> coordinator.history("flow"));
    }

    // ---- how it goes ----

    @Test
    void the_old_version_works_on_what_is_expanded_and_it_is_contracted_when_the_old_one_is_closed() throws Exception {
        catalog.start(two());
        trouble = step -> {
            if (step.equals("expanded two")) {
                assertThat(count("apple")).as("the old version, on what is expanded").isEqualTo("apple 2 in one");
                assertThat(count("pear")).isEqualTo("pear 1 in one");
            }
        };
        assertThat(update("2.0.0")).contains("SWITCHED");
        awaitNothingOwed();
        assertThat(steps).containsExactly("expand two", "expanded two", "contract two", "half contracted two", "half contracted two",
                "contracted two");
        assertThat(Words.content(words)).containsExactly("two/", "two/a/", "two/a/apple 2", "two/p/", "two/p/pear 1");
        assertThat(count("apple")).isEqualTo("apple 3 in two");
        assertThat(notices()).containsOnlyOnce("flow/n: count@2.0.0 has contracted the layout of words");
    }

    @Test
    void it_is_not_contracted_while_the_old_instance_has_work_in_hand() throws Exception {
        var leases = new LinkedBlockingQueue<Lease>();
        catalog.start(version("1.5.0", Leasing.class, () -> new Leasing(leases)), two());
        update("1.5.0");
        assertThat(count("apple")).isEqualTo("apple leased");
        update("2.0.0");
        assertThat(count("apple")).isEqualTo("apple 2 in two");
        assertThat(owed()).containsExactly(
                "n: count@2.0.0 has expanded the layout of words, and contracts it when the last instance of count@1.5.0 is closed");
        assertThat(Words.content(words)).contains("one/apple 2");
        leases.take().close();
        awaitNothingOwed();
        assertThat(Words.content(words)).containsExactly("two/", "two/a/", "two/a/apple 2");
    }

    /** Answers, and keeps a lease for each word. */
    @Parameters(Words.Settings.class)
    static final class Leasing implements Step<String, String> {
        private final BlockingQueue<Lease> leases;
        private Context context;

        Leasing(BlockingQueue<Lease> leases) {
            this.leases = leases;
        }

        @Override
        public void open(Context opened) {
            context = opened;
        }

        @Override
        public String apply(String word) {
            leases.add(context.lease());
            return word + " leased";
        }
    }

    @Test
    void on_probation_both_layouts_are_kept_and_it_is_contracted_when_it_is_confirmed() throws Exception {
        catalog.start(two());
        update("2.0.0", KEPT);
        assertThat(count("apple")).isEqualTo("apple 2 in two");
        assertThat(owed()).containsExactly("n: count@2.0.0 has expanded the layout of words, and contracts it when the update is confirmed,"
                + " and withdraws it when that is rolled back");
        assertThat(Words.content(words)).containsExactly("one/", "one/apple 2", "two/", "two/a/", "two/a/apple 2");
        confirm();
        awaitNothingOwed();
        assertThat(Words.content(words)).containsExactly("two/", "two/a/", "two/a/apple 2");
    }

    @Test
    void a_rollback_withdraws_and_the_old_version_goes_on_with_what_was_counted_since() throws Exception {
        catalog.start(two());
        update("2.0.0", KEPT);
        assertThat(count("apple")).isEqualTo("apple 2 in two");
        assertThat(rollback()).contains("ROLLED BACK");
        awaitNothingOwed();
        assertThat(steps).endsWith("withdraw two", "withdrawn two").doesNotContain("contract two");
        assertThat(Words.content(words)).containsExactly("one/", "one/apple 2");
        assertThat(count("apple")).isEqualTo("apple 3 in one");
        assertThat(notices()).contains("flow/n: count@2.0.0 has withdrawn from the layout of words");
    }

    @Test
    void two_changes_in_a_row_come_one_after_the_other() throws Exception {
        catalog.start(two(), three());
        var contracting = new CountDownLatch(1);
        trouble = step -> {
            if (step.equals("contract two")) {
                contracting.countDown();
                letGo.await();
            }
        };
        update("2.0.0");
        CompletableFuture<String> next = asked("n=count@3.0.0");
        assertThat(contracting.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(count("apple")).isEqualTo("apple 2 in two");
        assertThat(owed()).singleElement().asString().startsWith("n: count@2.0.0 contracts the layout of words, for ").contains(", in ");
        assertThat(steps).doesNotContain("expand three");
        letGo.countDown();
        assertThat(next.get(10, TimeUnit.SECONDS)).contains("SWITCHED");
        awaitNothingOwed();
        assertThat(steps).containsSubsequence("expand two", "contracted two", "expand three", "contracted three");
        assertThat(Words.content(words)).containsExactly("three/", "three/a/", "three/a/apple 2");
        assertThat(count("apple")).isEqualTo("apple 3 in three");
    }

    @Test
    void an_update_while_another_is_on_probation_contracts_that_first() throws Exception {
        catalog.start(two(), three());
        update("2.0.0", KEPT);
        assertThat(update("3.0.0", KEPT)).contains("SWITCHED");
        assertThat(steps).containsSubsequence("expand two", "contracted two", "expand three");
        rollback();
        awaitNothingOwed();
        assertThat(Words.content(words)).containsExactly("two/", "two/a/", "two/a/apple 1");
        assertThat(count("apple")).isEqualTo("apple 2 in two");
    }

    @Test
    void replicas_expand_and_contract_once_and_another_number_of_them_does_not() throws Exception {
        catalog.start(two());
        String text = "'" + words + "' -> DIR n(count:replicas=%d)\nfeed(feed) OUT -> IN n OUT -> IN collect(collect)";
        asked(text.formatted(3).replace("=3", "=3,version=2")).get(10, TimeUnit.SECONDS);
        awaitNothingOwed();
        assertThat(steps).containsOnlyOnce("expand two", "contract two");
        assertThat(count("apple")).isEqualTo("apple 2 in two");
        asked(text.formatted(2).replace("=2", "=2,version=2")).get(10, TimeUnit.SECONDS);
        awaitNothingOwed();
        assertThat(steps).containsOnlyOnce("expand two", "contract two");
        assertThat(count("apple")).isEqualTo("apple 3 in two");
    }

    @Test
    void what_an_inserted_node_has_expanded_is_withdrawn_with_it() throws Exception {
        catalog.start(two());
        Path other = Files.createDirectory(folder.resolve("other"));
        String text = "'" + words + "' -> DIR n(count:version=1), '" + other + "' -> DIR m(count:version=2)\n"
                + "feed(feed) OUT -> IN n OUT -> IN m OUT -> IN collect(collect)";
        asked(text, "--probation", "1h").get(10, TimeUnit.SECONDS);
        assertThat(count("apple")).isEqualTo("apple 2 in one 1 in two");
        assertThat(owed()).singleElement().asString().endsWith("contracts it when the update is confirmed, and withdraws it when that is"
                + " rolled back");
        rollback();
        awaitNothingOwed();
        assertThat(steps).containsExactly("expand two for flow/m", "expanded two", "withdraw two for flow/m", "withdrawn two");
        assertThat(other).isEmptyDirectory();
    }

    @Test
    void what_is_owed_goes_by_the_name_that_its_node_has_now() throws Exception {
        catalog.start(two());
        trouble = step -> {
            if (step.equals("contract two")) {
                throw new IOException("no permission");
            }
        };
        update("2.0.0");
        await().atMost(Duration.ofSeconds(10)).until(() -> owed().toString().contains("could not contract"));
        asked("'" + words + "' -> DIR m(count:version=2,was=n)\nfeed(feed) OUT -> IN m OUT -> IN collect(collect)")
                .get(10, TimeUnit.SECONDS);
        trouble = step -> {};
        decide(() -> coordinator.retry("flow"));
        awaitNothingOwed();
        assertThat(steps).contains("contract two for flow/m").endsWith("contracted two");
        assertThat(count("apple")).isEqualTo("apple 2 in two");
    }

    @Test
    void a_flow_that_starts_expands_and_contracts() throws Exception {
        catalog.start(two());
        restartWith(Files.createDirectory(folder.resolve("another")), moment("").content());
        awaitNothingOwed();
        assertThat(steps).startsWith("expand two", "expanded two", "contract two").endsWith("contracted two");
        assertThat(count("apple")).isEqualTo("apple 2 in two");
    }

    // ---- what fails ----

    @Test
    void an_update_that_is_aborted_withdraws() throws Exception {
        catalog.start(version("2.0.0", InLayoutTwo.class, () -> new InLayoutTwo(this::step) {
            @Override
            public void open(Context context) {
                throw new IllegalStateException("not today");
            }
        }));
        assertThat(update("2.0.0")).contains("ABORTED", "not today");
        awaitNothingOwed();
        assertThat(steps).containsExactly("expand two", "expanded two", "withdraw two", "withdrawn two");
        assertThat(Words.content(words)).containsExactly("one/", "one/apple 1");
        assertThat(count("apple")).isEqualTo("apple 2 in one");
    }

    @Test
    void where_expanding_fails_the_update_is_aborted_before_anything_is_made_and_the_half_of_it_is_withdrawn() throws Exception {
        catalog.start(two());
        trouble = step -> {
            if (step.equals("expanded two")) {
                throw new IOException("the disk is full");
            }
        };
        assertThat(update("2.0.0"))
                .contains("ABORTED: expanding the layout of words by count@2.0.0 for flow/n failed: IOException: the disk"
                        + " is full; what it has expanded is withdrawn; mend that, then flow:update flow");
        awaitNothingOwed();
        assertThat(Words.content(words)).containsExactly("one/", "one/apple 1");
        trouble = step -> {};
        assertThat(update("2.0.0")).contains("SWITCHED");
    }

    @Test
    void expanding_that_hangs_is_aborted_at_the_deadline_and_withdrawn_when_it_has_returned() throws Exception {
        end();
        flows = new Flows(new Events(Runnable::run), Threads.ofTheJdk(), text -> text);
        begin(Duration.ofMillis(500));
        catalog.start(two());
        trouble = step -> {
            if (step.equals("expanded two")) {
                awaitWhateverInterrupts();
            }
        };
        assertThat(update("2.0.0")).contains("ABORTED: the deadline of PT0.5S has passed: expanding the layout of words by count@2.0.0 for"
                + " flow/n hangs in ");
        decide(() -> {
            coordinator.lookAround(true);
            return null;
        });
        assertThat(steps).containsExactly("expand two", "expanded two");
        letGo.countDown();
        await().atMost(Duration.ofSeconds(10)).until(() -> steps.contains("withdrawn two"));
        awaitNothingOwed();
        assertThat(Words.content(words)).containsExactly("one/", "one/apple 1");
    }

    private void awaitWhateverInterrupts() {
        boolean isInterrupted = false;
        while (letGo.getCount() > 0) {
            try {
                letGo.await();
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void what_cannot_be_contracted_is_said_and_tried_again_when_a_person_asks() throws Exception {
        catalog.start(two());
        trouble = step -> {
            if (step.equals("half contracted two")) {
                throw new IOException("no permission");
            }
        };
        update("2.0.0");
        String said = "count@2.0.0 could not contract the layout of words: IOException: no permission; mend that, then flow:retry flow";
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(owed()).containsExactly("n: " + said));
        assertThat(notices()).contains("flow/n: " + said + "; it is also tried when the flow starts");
        assertThat(history()).last().asString().endsWith("flow/n: " + said + "; it is also tried when the flow starts");
        assertThat(count("apple")).isEqualTo("apple 2 in two");
        decide(() -> {
            coordinator.lookAround(true);
            return null;
        });
        assertThat(steps).as("not again and again").containsOnlyOnce("contract two");
        trouble = step -> {};
        decide(() -> coordinator.retry("flow"));
        awaitNothingOwed();
        assertThat(Words.content(words)).containsExactly("two/", "two/a/", "two/a/apple 2");
    }

    @Test
    void the_next_change_waits_for_what_cannot_be_contracted_and_says_what_to_do() throws Exception {
        catalog.start(two(), three());
        trouble = step -> {
            if (step.equals("contract two")) {
                throw new IOException("no permission");
            }
        };
        update("2.0.0");
        await().atMost(Duration.ofSeconds(10)).until(() -> steps.contains("contract two"));
        assertThat(update("3.0.0")).contains("ABORTED: what was expanded at n before could not be contracted: IOException: no permission;"
                + " mend that, then ask again; or stop the flow, and start it with the new version");
        assertThat(steps).doesNotContain("expand three");
        trouble = step -> {};
        assertThat(update("3.0.0")).contains("SWITCHED");
        awaitNothingOwed();
        assertThat(Words.content(words)).containsExactly("three/", "three/a/", "three/a/apple 1");
    }

    @Test
    void what_cannot_be_withdrawn_is_tried_again_before_the_next_change() throws Exception {
        catalog.start(two());
        trouble = step -> {
            if (step.equals("expanded two") || step.equals("withdraw two")) {
                throw new IOException("no permission");
            }
        };
        update("2.0.0");
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(owed()).singleElement().asString()
                .startsWith("n: count@2.0.0 could not withdraw the layout of words: IOException: no permission"));
        assertThat(count("apple")).isEqualTo("apple 2 in one");
        trouble = step -> {};
        catalog.start(version("2.1.0", InLayoutTwo.class, () -> new InLayoutTwo(this::step)));
        steps.clear();
        assertThat(update("2.1.0")).contains("SWITCHED");
        assertThat(steps).startsWith("withdraw two", "withdrawn two", "expand two");
        awaitNothingOwed();
        assertThat(count("apple")).isEqualTo("apple 3 in two");
    }

    @Test
    void a_version_before_that_comes_back_before_it_was_contracted_finds_both_layouts() throws Exception {
        var leases = new LinkedBlockingQueue<Lease>();
        catalog.start(version("2.0.0", InLayoutTwo.class, () -> new InLayoutTwo(this::step) {
            @Override
            public void open(Context context) throws Exception {
                super.open(context);
                leases.add(context.lease());
            }
        }));
        trouble = step -> {
            if (step.equals("contract two")) {
                throw new IOException("no permission");
            }
        };
        update("2.0.0");
        await().atMost(Duration.ofSeconds(10)).until(() -> owed().toString().contains("could not contract"));
        assertThat(count("apple")).isEqualTo("apple 2 in two");
        update("1.0.0");
        assertThat(flows.find("flow").orElseThrow().retirement().retiring()).as("of the version that goes").hasSize(1);
        awaitNothingOwed();
        assertThat(notices()).contains(
                "flow/n: count@2.0.0 was replaced before it could contract the layout of words, which stays expanded");
        assertThat(steps).containsOnlyOnce("contract two");
        assertThat(count("apple")).isEqualTo("apple 3 in one");
        leases.take().close();
    }

    @Test
    void a_flow_does_not_start_where_it_cannot_expand_and_says_why() throws Exception {
        catalog.start(two());
        trouble = step -> {
            throw new IOException("no permission");
        };
        restartWith(Files.createDirectory(folder.resolve("another")), moment("").content());
        assertThat(flows.find("flow")).isEmpty();
        assertThat(events.stream().filter(Event.FlowRefused.class::isInstance)).singleElement().asString().contains(
                "flow/n: count@2.0.0 could not expand the layout of words: IOException: no permission; mend that, then flow:start flow");
        trouble = step -> {};
        decide(() -> coordinator.start("flow", null)).get(10, TimeUnit.SECONDS);
        awaitNothingOwed();
        assertThat(count("apple")).isEqualTo("apple 2 in two");
    }

    // ---- what a restart finds ----

    /** What lies on the disk at a moment. */
    private record Moment(String step, Path journal, Path content) {}

    /** Where files go while they are copied it is not a moment, and the next one is taken. */
    private Moment moment(String step) throws IOException {
        while (true) {
            Path at = Files.createTempDirectory(folder, "killed");
            try {
                copy(home, at.resolve("home"));
                copy(words, at.resolve("words"));
                return new Moment(step, at.resolve("home"), at.resolve("words"));
            } catch (NoSuchFileException e) {
                Words.delete(at);
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Notes what a kill would leave at each step, and at each event. */
    private List<Moment> momentsOf(Callable<?> action) throws Exception {
        var moments = new ArrayList<Moment>();
        trouble = step -> {
            synchronized (moments) {
                moments.add(moment(step));
            }
        };
        try (var subscription = flows.events().subscribe(event -> {
            if (event instanceof Event.UpdatePhase phase) {
                try {
                    synchronized (moments) {
                        moments.add(moment(phase.phase().name()));
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        })) {
            action.call();
            awaitNothingOwed();
            moments.add(moment("the end"));
        }
        trouble = step -> {};
        return moments;
    }

    /** Of the layouts a restart leaves one, that of the version it comes back with; and no word is lost. */
    private void expectOneLayoutAfterARestartAt(Moment moment, String number) throws Exception {
        restartWith(moment.journal(), moment.content());
        awaitNothingOwed();
        String version = decide(() -> flows.find("flow").orElseThrow().version("n").version().toString());
        String layout = version.equals("1.0.0") ? "one" : "two";
        assertThat(Words.content(words).stream().filter(file -> file.matches("\\w+/"))).as(moment.step()).containsExactly(layout + "/");
        assertThat(count("apple")).as(moment.step()).isEqualTo("apple " + number + " in " + layout);
    }

    @Test
    void killed_at_any_moment_of_an_update_a_restart_withdraws_or_contracts() throws Exception {
        catalog.start(two());
        List<Moment> moments = momentsOf(() -> update("2.0.0"));
        assertThat(moments.stream().map(Moment::step)).contains("expand two", "expanded two", "PREPARED", "MARKING", "SWITCHED",
                "contract two", "half contracted two", "contracted two", "RETIRED", "the end");
        for (Moment moment : moments) {
            expectOneLayoutAfterARestartAt(moment, "2");
            boolean isSwitched = moments.stream().map(Moment::step).toList().indexOf("SWITCHED") <= moments.indexOf(moment);
            if (isSwitched) {
                assertThat(flows.find("flow").orElseThrow().version("n").version()).hasToString("2.0.0");
            }
        }
    }

    @Test
    void killed_at_any_moment_of_a_rollback_a_restart_withdraws_or_contracts() throws Exception {
        catalog.start(two());
        update("2.0.0", KEPT);
        assertThat(count("apple")).isEqualTo("apple 2 in two");
        List<Moment> moments = momentsOf(this::rollback);
        assertThat(moments.stream().map(Moment::step)).contains("PREPARED", "SWITCHED", "withdraw two", "withdrawn two", "the end");
        for (Moment moment : moments) {
            expectOneLayoutAfterARestartAt(moment, "3");
        }
    }

    @Test
    void killed_after_an_abort_a_restart_withdraws_what_is_still_expanded() throws Exception {
        catalog.start(version("2.0.0", InLayoutTwo.class, () -> new InLayoutTwo(this::step) {
            @Override
            public void open(Context context) {
                throw new IllegalStateException("not today");
            }
        }));
        List<Moment> moments = momentsOf(() -> update("2.0.0"));
        assertThat(moments.stream().map(Moment::step)).contains("expanded two", "ABORTED", "withdraw two");
        for (Moment moment : moments) {
            expectOneLayoutAfterARestartAt(moment, "2");
        }
    }

    @Test
    void what_was_expanded_is_withdrawn_before_the_version_that_starts_instead_expands() throws Exception {
        catalog.start(two());
        List<Moment> moments = momentsOf(() -> update("2.0.0"));
        catalog.stop(one());
        catalog.start(version("2.1.0", InLayoutTwo.class, () -> new InLayoutTwo(this::step)));
        Moment expanded = moments.stream().filter(moment -> moment.step().equals("expanded two")).findFirst().orElseThrow();
        restartWith(expanded.journal(), expanded.content());
        awaitNothingOwed();
        assertThat(steps).startsWith("withdraw two", "withdrawn two", "expand two");
        assertThat(Words.content(words)).containsExactly("two/", "two/a/", "two/a/apple 1");
    }

    private TestVersion one() {
        return (TestVersion) catalog.available().stream().filter(one -> one.label().equals("count@1.0.0")).findFirst().orElseThrow();
    }

    @Test
    void what_is_to_be_withdrawn_waits_until_its_bundle_is_there_again() throws Exception {
        TestVersion two = two();
        catalog.start(two);
        List<Moment> moments = momentsOf(() -> update("2.0.0"));
        catalog.stop(two);
        Moment expanded = moments.stream().filter(moment -> moment.step().equals("expanded two")).findFirst().orElseThrow();
        restartWith(expanded.journal(), expanded.content());
        assertThat(owed()).containsExactly(
                "n: count@2.0.0 has expanded what it has expanded, and withdraws it when it is there again; install and start its bundle");
        assertThat(count("apple")).isEqualTo("apple 2 in one");
        catalog.start(two);
        decide(() -> {
            coordinator.lookAround(true);
            return null;
        });
        awaitNothingOwed();
        assertThat(Words.content(words)).containsExactly("one/", "one/apple 2");
    }

    @Test
    void a_step_that_is_at_work_when_the_coordinator_stops_is_interrupted_and_done_by_the_next() throws Exception {
        catalog.start(two());
        var contracting = new CountDownLatch(1);
        trouble = step -> {
            if (step.equals("contract two")) {
                contracting.countDown();
                letGo.await();
            }
        };
        update("2.0.0");
        assertThat(contracting.await(10, TimeUnit.SECONDS)).isTrue();
        decide(() -> coordinator.close("the coordinator is stopped")).get(10, TimeUnit.SECONDS);
        assertThat(history()).last().asString().contains("SWITCHED");
        trouble = step -> {};
        begin(Duration.ofSeconds(10));
        awaitNothingOwed();
        assertThat(Words.content(words)).containsExactly("two/", "two/a/", "two/a/apple 1");
    }

    @Test
    void a_coordinator_that_comes_back_while_the_flow_runs_does_what_is_owed() throws Exception {
        catalog.start(two());
        update("2.0.0", KEPT);
        assertThat(Words.content(words)).contains("one/apple 1");
        begin(Duration.ofSeconds(10)); // it confirms what was on probation
        awaitNothingOwed();
        assertThat(Words.content(words)).containsExactly("two/", "two/a/", "two/a/apple 1");
    }

    @Test
    void a_coordinator_that_comes_back_waits_for_old_instances_that_nobody_tells_it_of() throws Exception {
        var leases = new LinkedBlockingQueue<Lease>();
        catalog.start(version("1.5.0", Leasing.class, () -> new Leasing(leases)), two());
        update("1.5.0");
        assertThat(count("apple")).isEqualTo("apple leased");
        update("2.0.0", KEPT);
        begin(Duration.ofSeconds(10));
        assertThat(owed()).singleElement().asString().endsWith("contracts it when the last instance of count@1.5.0 is closed");
        leases.take().close();
        awaitNothingOwed();
        assertThat(Words.content(words)).containsExactly("two/", "two/a/", "two/a/apple 1");
    }

    // ---- what is said ----

    @Test
    void the_plan_says_what_is_expanded_and_contracted() throws Exception {
        catalog.start(two());
        assertThat(decide(() -> coordinator.plan("flow", List.of("n=count@2.0.0"), home)).toString()).contains(
                "note    n: count@2.0.0 expands the layout of words before the marker, and contracts it when nothing leads back (after a"
                        + " probation: when that is confirmed)");
        update("2.0.0");
        awaitNothingOwed();
        assertThat(decide(() -> coordinator.plan("flow", List.of("n=count@1.0.0"), home)).toString())
                .contains("note    n: what count@2.0.0 has contracted, the layout of words, stays so; count@1.0.0 has to do with it");
    }

    /** Does something outside that nobody can take back, too. */
    @Changes("the layout of words")
    @Effect("mails the editor")
    @Parameters(Words.Settings.class)
    @In(value = "IN", type = String.class)
    @Out(value = "OUT", type = String.class)
    static final class Mailing extends InLayoutTwo {
        Mailing() {
            super(step -> {});
        }
    }

    @Test
    void what_a_rollback_withdraws_is_said_and_what_it_leaves_too() throws Exception {
        catalog.start(version("2.0.0", Mailing.class, Mailing::new));
        update("2.0.0", KEPT);
        assertThat(decide(() -> coordinator.probationOf("flow"))).get().asString()
                .endsWith("or flow:rollback flow, with which n: count@2.0.0 withdraws what it has expanded, the layout of words,"
                        + " which cannot take back: n: count@2.0.0 mails the editor");
        rollback();
        awaitNothingOwed();
    }

    /** Does not say what it changes. */
    abstract static class Silent implements ParallelChange {}

    /** Does not say how. */
    @Changes("the layout of words")
    static final class Boasting extends Say {
        Boasting() {
            super("boasts");
        }
    }

    @Test
    void who_changes_something_says_what_and_how() {
        assertThatThrownBy(() -> Signature.of(Silent.class))
                .hasMessageContaining("is a ParallelChange and does not say of what; add @Changes(");
        assertThatThrownBy(() -> Signature.of(Boasting.class)).hasMessageContaining("does not say how; implement ParallelChange");
    }
}
