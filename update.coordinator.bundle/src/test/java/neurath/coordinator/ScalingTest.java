package neurath.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import neurath.api.Context;
import neurath.api.In;
import neurath.api.Keyed;
import neurath.api.KeyedState;
import neurath.api.KeyedTransfer;
import neurath.api.Operator;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.Step;
import neurath.coordinator.Texts.Count;
import neurath.coordinator.Texts.Feed;
import neurath.coordinator.Texts.Inbox;
import neurath.engine.Flow;
import neurath.engine.Flows;
import neurath.engine.Handover;
import neurath.engine.NodeStatus;
import neurath.engine.Threads;
import neurath.events.Events;
import neurath.graph.Graph;
import neurath.graph.Replicas;
import neurath.graph.fbp.FbpParser;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node gets more replicas, and fewer, while words go through them: each word is counted by one of them at a time. */
@Timeout(60)
class ScalingTest {
    private static final int WORDS = 50;

    @TempDir
    Path home;

    private final TestCatalog catalog = new TestCatalog();
    private final BlockingQueue<Counted> out = new LinkedBlockingQueue<>();
    private final Flows flows = new Flows(new Events(Runnable::run), Threads.ofTheJdk(), text -> text, 4);
    private Inbox inbox;
    private Coordinator coordinator;
    private int offered;

    /** A word as it comes in. */
    record Word(String word) {
        /** Another key. */
        public int last() {
            return word.charAt(word.length() - 1);
        }
    }

    /** How often a word has come, as the node that counts it says. */
    record Counted(String word, String node, int times) {}

    /** How often a word has come. */
    public record Times(int times) {}

    /** Makes words of texts. */
    static final class Read implements Step<String, Word> {
        @Override
        public Word apply(String text) {
            return new Word(text);
        }
    }

    @In(value = "IN", type = Word.class)
    @Out(value = "OUT", type = Counted.class)
    @KeyedState(name = "times", key = String.class, value = Times.class)
    static class CountWords implements Operator {
        @Override
        public void open(Context context) throws Exception {
            Keyed<String, Times> times = context.keyed("times", String.class, Times.class);
            Output<Counted> counted = context.output("OUT", Counted.class);
            String node = context.node();
            context.receive("IN", Word.class, word -> counted.emit(new Counted(word.word(), node,
                    times.merge(word.word(), new Times(1), (a, b) -> new Times(a.times() + b.times())).times())));
        }
    }

    /** The same as {@link Times}, in other words. */
    public record Marks(String marks) {}

    public static final class ToMarks implements KeyedTransfer<String, Times, Marks> {
        @Override
        public Marks entry(String key, Times old) {
            if (key.equals("bad")) {
                throw new IllegalArgumentException("no marks for it");
            }
            return new Marks("|".repeat(old.times()));
        }
    }

    public static final class FromMarks implements KeyedTransfer<String, Marks, Times> {
        @Override
        public Times entry(String key, Marks old) {
            return new Times(old.marks().length());
        }
    }

    /** Another version, which keeps marks. */
    @In(value = "IN", type = Word.class)
    @Out(value = "OUT", type = Counted.class)
    @KeyedState(name = "times", key = String.class, value = Marks.class, transferredBy = {ToMarks.class, FromMarks.class})
    static final class MarkWords implements Operator {
        @Override
        public void open(Context context) throws Exception {
            Keyed<String, Marks> times = context.keyed("times", String.class, Marks.class);
            Output<Counted> counted = context.output("OUT", Counted.class);
            String node = context.node();
            context.receive("IN", Word.class, word -> counted.emit(new Counted(word.word(), node,
                    times.merge(word.word(), new Marks("|"), (a, b) -> new Marks(a.marks() + b.marks())).marks().length())));
        }
    }

    /** Keeps by letters what comes by words. */
    @In(value = "IN", type = Word.class)
    @Out(value = "OUT", type = Counted.class)
    @KeyedState(name = "letters", key = Character.class, value = Times.class)
    static final class CountLetters implements Operator {
        @Override
        public void open(Context context) {
            context.receive("IN", Word.class, word -> {});
        }
    }

    /** Keeps nothing, and says only which node it is. */
    @In(value = "IN", type = Word.class)
    @Out(value = "OUT", type = Counted.class)
    static final class Pass implements Operator {
        @Override
        public void open(Context context) {
            Output<Counted> counted = context.output("OUT", Counted.class);
            String node = context.node();
            context.receive("IN", Word.class, word -> counted.emit(new Counted(word.word(), node, 0)));
        }
    }

    @In(value = "IN", type = Counted.class)
    static final class Collect implements Operator {
        private final BlockingQueue<Counted> all;

        Collect(BlockingQueue<Counted> all) {
            this.all = all;
        }

        @Override
        public void open(Context context) {
            context.receive("IN", Counted.class, all::add);
        }
    }

    @BeforeEach
    void serve() throws Exception {
        inbox = new Inbox();
        catalog.start(
                TestVersion.of("feed", "1.0.0", 1, Feed.class, () -> new Feed(inbox)),
                TestVersion.of("read", "1.0.0", 2, Read.class, Read::new),
                TestVersion.of("count", "1.0.0", 3, CountWords.class, CountWords::new),
                TestVersion.of("collect", "1.0.0", 4, Collect.class, () -> new Collect(out)),
                TestVersion.of("letters", "1.0.0", 5, CountLetters.class, CountLetters::new),
                TestVersion.of("pass", "1.0.0", 7, Pass.class, Pass::new),
                TestVersion.of("texts", "1.0.0", 6, Count.class, () -> new Count("t")));
        begin(new Health(Duration.ofHours(1), 0.01, 0));
        coordinator.offer("flow", new Origin("the test", "1"), new FbpParser().parse(graph("count")));
        coordinator.lookAround(true);
    }

    private void begin(Health health) {
        coordinator = new Coordinator(flows, catalog, new FlowStore(home), Duration.ofSeconds(10), health, Schedule.onTheCallersThread());
    }

    @AfterEach
    void stop() throws Exception {
        flows.stop("flow", Duration.ofSeconds(5));
        inbox.close();
        Awaitility.await().untilAsserted(() -> assertThat(catalog.available())
                .allSatisfy(version -> assertThat(((TestVersion) version).alive).as(version.label()).hasValue(0)));
    }

    private static String graph(String count) {
        return "feed(feed) OUT -> IN read(read) OUT -> IN count(" + count + ") OUT -> IN collect(collect)";
    }

    private static String replicas(int number) {
        return graph("count:replicas=" + number + ",key=word");
    }

    private Flow flow() {
        return flows.find("flow").orElseThrow();
    }

    private String update(String... change) {
        return String.join("\n", coordinator.update("flow", List.of(change), home).join().stream().map(Outcome::toString).toList());
    }

    private String plan(String... change) {
        return String.join("\n", coordinator.plan("flow", List.of(change), home).stream().map(Object::toString).toList());
    }

    private void offer(int words) {
        for (int i = 0; i < words; i++) {
            inbox.offer("w" + offered++ % WORDS);
        }
    }

    private Counted answer(String word) throws InterruptedException {
        inbox.offer(word);
        return out.poll(10, TimeUnit.SECONDS);
    }

    private List<Counted> all() {
        await().untilAsserted(() -> assertThat(out).hasSize(offered));
        return List.copyOf(out);
    }

    private long entries() {
        return flow().versions().keySet().stream().mapToLong(node -> Handover.entries(flow().instance(node)).getOrDefault("times", 0L))
                .sum();
    }

    /** Each word was counted up without a gap, in order, and so was none lost, doubled, or counted by one who did not know the count. */
    private static void assertEachIsCountedUp(List<Counted> all) {
        var times = new HashMap<String, Integer>();
        all.forEach(counted -> assertThat(counted.times()).as(counted.toString()).isEqualTo(times.merge(counted.word(), 1, Integer::sum)));
    }

    /** By word, the nodes that have counted it, one after the other. */
    private static Map<String, List<String>> nodes(List<Counted> all) {
        var nodes = new HashMap<String, List<String>>();
        all.forEach(counted -> {
            List<String> those = nodes.computeIfAbsent(counted.word(), word -> new ArrayList<>());
            if (those.isEmpty() || !those.getLast().equals(counted.node())) {
                those.add(counted.node());
            }
        });
        return nodes;
    }

    @Test
    void one_becomes_four_then_six_then_two_then_one_under_a_running_source_and_every_count_goes_on() throws Exception {
        List<String> changes = List.of(replicas(4), replicas(6), replicas(2), graph("count"));
        for (int round = 0; round < 40; round++) {
            offer(100);
            update(changes.get(round % 4));
        }
        offer(100);
        List<Counted> all = all();
        assertEachIsCountedUp(all);
        assertThat(nodes(all).values()).as("a word changes its node with an update, and never between").allSatisfy(
                nodes -> assertThat(nodes.size()).isBetween(2, 41));
        assertThat(all).extracting(Counted::node).contains("flow/count", "flow/count~1", "flow/count~6");
        assertThat(entries()).isEqualTo(WORDS);
    }

    @Test
    void a_plan_says_how_many_there_are_to_be_and_that_the_state_is_shared_out() {
        assertThat(plan(replicas(4))).contains("replicas of count: 1 -> 4, state re-partitioned by key word",
                "region  read -> count -> collect", "commit  hold: a key goes on in another replica of count",
                "the entries of count move while the region waits");
        update(replicas(4));
        assertThat(plan(replicas(6)))
                .contains("replicas of count: 4 -> 6, state re-partitioned by key word", "insert  count~5  count@1.0.0")
                .doesNotContain("opened anew", "state of count~1 goes");
        assertThat(plan(graph("count"))).contains("replicas of count: 4 -> 1, state brought together").doesNotContain("goes with it");
        assertThat(plan(replicas(4))).contains("nothing to do");
    }

    @Test
    void a_new_version_comes_to_all_replicas_with_one_marker() throws Exception {
        update(replicas(4));
        offer(200);
        catalog.start(TestVersion.of("count", "2.0.0", 13, MarkWords.class, MarkWords::new));
        assertThat(plan("count=count@2.0.0")).contains("replace count  count@1.0.0 -> 2.0.0")
                .contains("region  read -> count~1 -> count~2 -> count~3 -> count~4");
        assertThat(update("count=count@2.0.0")).contains("SWITCHED", "count 1.0.0 -> 2.0.0");
        offer(200);
        assertEachIsCountedUp(all());
        assertThat(coordinator.rollback("flow", "asked for").join().toString()).contains("ROLLED BACK");
        offer(200);
        assertEachIsCountedUp(all());
        assertThatThrownBy(() -> update("count~2=count@2.0.0"))
                .hasMessage("count~2 is one of the replicas of count, which are of one version; write count=count@2.0.0");
    }

    @Test
    void a_version_that_arrives_comes_to_all_replicas_in_one_update() throws Exception {
        update(replicas(4));
        coordinator.confirm("flow");
        offer(100);
        catalog.start(TestVersion.of("count", "2.0.0", 13, MarkWords.class, MarkWords::new));
        coordinator.lookAround(true);
        offer(100);
        assertEachIsCountedUp(all());
        assertThat(flow().versions().values()).extracting(Object::toString).contains("count@2.0.0").doesNotContain("count@1.0.0");
        assertThat(coordinator.history("flow")).hasSize(2);
    }

    @Test
    void another_version_and_another_number_come_in_one_update() throws Exception {
        update(replicas(2));
        offer(200);
        catalog.start(TestVersion.of("count", "2.0.0", 13, MarkWords.class, MarkWords::new));
        assertThat(update(graph("count:replicas=5,key=word,version=2"))).contains("SWITCHED");
        offer(200);
        assertEachIsCountedUp(all());
        assertThat(entries()).isEqualTo(WORDS);
    }

    @Test
    void another_number_can_be_rolled_back_and_the_counts_go_on() throws Exception {
        update(replicas(4));
        for (String change : List.of(replicas(6), replicas(2), graph("count"))) {
            offer(200);
            update(change);
            offer(200);
            assertThat(coordinator.rollback("flow", "asked for").join().toString()).contains("ROLLED BACK");
            assertThat(flow().versions()).containsOnlyKeys("feed", "read", "count~1", "count~2", "count~3", "count~4", "collect");
        }
        offer(200);
        assertEachIsCountedUp(all());
        assertThat(entries()).isEqualTo(WORDS);
    }

    @Test
    void an_entry_that_cannot_be_brought_leaves_all_replicas_as_they_were() throws Exception {
        update(replicas(4));
        offer(200);
        all();
        out.clear();
        assertThat(answer("bad").times()).isEqualTo(1);
        Graph before = flow().graph();
        catalog.start(TestVersion.of("count", "2.0.0", 13, MarkWords.class, MarkWords::new));
        assertThat(update(graph("count:replicas=6,key=word,version=2"))).contains("ABORTED", "sharing out the entries of count failed",
                "the entry of the key 'bad' cannot be brought into Marks: no marks for it");
        assertThat(flow().graph()).isEqualTo(before);
        assertThat(flow().status()).extracting(NodeStatus::name)
                .containsExactly("feed", "read", "count~1", "count~2", "count~3", "count~4", "collect");
        assertThat(answer("bad").times()).isEqualTo(2);
        assertThat(entries()).isEqualTo(WORDS + 1);
    }

    @Test
    void what_keeps_state_that_cannot_be_shared_out_is_refused_unless_it_begins_anew() throws Exception {
        String texts = "feed(feed) OUT -> IN count(texts%s) OUT -> IN side(texts)";
        update(texts.formatted(":state=fresh"));
        assertThat(plan(texts.formatted(":replicas=3"))).contains("REFUSED", "flow/count: it keeps a state Counted",
                "keep it by key, in a @KeyedState; or let it begin anew: count(texts:state=fresh)");
        assertThat(plan(texts.formatted(":replicas=3,state=fresh"))).contains("replicas of count: 1 -> 3, state begins anew")
                .doesNotContain("REFUSED");
        assertThat(update(texts.formatted(":replicas=3,state=fresh"))).contains("SWITCHED");
        assertThat(coordinator.rollback("flow", "asked for").join().toString()).contains("ROLLED BACK");
        assertThat(flow().versions()).containsOnlyKeys("feed", "count", "side");
    }

    @Test
    void state_by_another_key_than_that_by_which_packets_are_shared_is_refused() {
        update(graph("letters:state=fresh"));
        assertThat(plan(graph("letters:replicas=2,key=word")))
                .contains("REFUSED",
                        "the keys of its keyed state 'letters' are of java.lang.Character, and its packets are shared by word");
        assertThat(plan(graph("letters:replicas=2"))).contains("REFUSED", "does not say by what its packets are shared");
        assertThat(plan(replicas(2), "--commit", "stream")).contains("REFUSED", "--commit stream");
        assertThat(plan(graph("count:replicas=x"))).contains("REFUSED", "asks for replicas=x");
    }

    @Test
    void a_plan_that_was_shown_is_applied_and_one_that_an_update_has_overtaken_is_refused() throws Exception {
        update(replicas(2));
        offer(100);
        int three = coordinator.propose("flow", List.of(replicas(3)), home).getFirst().number();
        int four = coordinator.propose("flow", List.of(replicas(4)), home).getFirst().number();
        assertThat(coordinator.apply(three).join()).singleElement().asString().contains("SWITCHED", "count 2 -> 3 replicas");
        assertThatThrownBy(() -> coordinator.apply(four).join()).hasMessageContaining("plan " + four + " is stale");
        offer(100);
        assertEachIsCountedUp(all());
        assertThat(coordinator.propose("flow", List.of(replicas(5)), home).getFirst().forecast().moving()).isEqualTo(entries());
        int anew = coordinator.propose("flow", List.of(graph("count:state=fresh")), home).getFirst().number();
        assertThat(coordinator.apply(anew).join()).singleElement().asString().contains("SWITCHED", "count 3 -> 1 node");
        assertThat(entries()).as("it began anew").isZero();
    }

    @Test
    void another_key_shares_packets_otherwise_from_the_marker_on() throws Exception {
        update(graph("pass:replicas=5,key=word,state=fresh"));
        offer(200);
        assertThat(nodes(all()).values()).allSatisfy(nodes -> assertThat(nodes).hasSize(1));
        var word10 = nodes(all()).get("w10");
        assertThat(List.of("w20", "w30", "w40")).anySatisfy(word -> assertThat(nodes(all()).get(word)).isNotEqualTo(word10));
        assertThat(plan(graph("pass:replicas=5,key=last")))
                .contains("replicas of count: 5, packets shared by key last, and no more by word");
        update(graph("pass:replicas=5,key=last"));
        int before = offered;
        offer(200);
        Map<String, List<String>> since = nodes(all().subList(before, offered));
        assertThat(List.of("w20", "w30", "w40")).allSatisfy(word -> assertThat(since.get(word)).isEqualTo(since.get("w10")).hasSize(1));
        assertThat(update(graph("pass"))).contains("SWITCHED", "count 5 -> 1 node");
    }

    @Test
    void updates_that_fail_at_the_handover_while_words_go_on_leave_every_replica_with_what_it_counted() throws Exception {
        update(replicas(4));
        catalog.start(TestVersion.of("count", "2.0.0", 13, MarkWords.class, MarkWords::new));
        inbox.offer("bad");
        offered++;
        all(); // it is counted, and cannot be brought into the new shape
        for (int round = 0; round < 20; round++) {
            offer(100);
            int number = 2 + round % 5;
            assertThat(update(graph("count:replicas=" + number + ",key=word,version=2"))).contains("ABORTED");
        }
        offer(100);
        assertEachIsCountedUp(all());
        assertThat(nodes(all()).values()).as("no word ever changed its node").allSatisfy(nodes -> assertThat(nodes).hasSize(1));
    }

    @Test
    void a_restart_finds_the_replicas_under_the_text_that_a_person_wrote() throws Exception {
        update(replicas(3));
        flows.stop("flow", Duration.ofSeconds(5));
        assertThat(new FlowStore(home).load().get("flow").fields().get("graph")).contains("count(count:replicas=3,key=word)")
                .doesNotContain("~");
        begin(Health.NONE);
        coordinator.lookAround(true);
        assertThat(flow().graph()).isEqualTo(Replicas.expand(new FbpParser().parse(replicas(3))));
        offer(100);
        assertEachIsCountedUp(all());
    }

    @Test
    void a_node_and_its_replicas_can_be_renamed_in_the_update_that_changes_their_number() throws Exception {
        update(replicas(2));
        offer(100);
        String words = "feed(feed) OUT -> IN read(read) OUT -> IN words(count:%s) OUT -> IN collect(collect)";
        assertThat(update(words.formatted("replicas=3,key=word,was=count"))).contains("SWITCHED", "words 2 -> 3 replicas");
        offer(100);
        assertThat(update(words.formatted("replicas=3,key=word"))).as("nothing to do").isEmpty();
        assertThat(update("feed(feed) OUT -> IN read(read) OUT -> IN one(count:was=words) OUT -> IN collect(collect)"))
                .contains("SWITCHED");
        offer(100);
        assertEachIsCountedUp(all());
    }
}
