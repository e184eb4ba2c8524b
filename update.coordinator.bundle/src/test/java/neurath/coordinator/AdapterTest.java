package neurath.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import neurath.api.PacketAdapter;
import neurath.api.Step;
import neurath.graph.fbp.FbpParser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Packet types change under a running flow, one neighbour after the other. */
class AdapterTest extends OnTexts {
    private static final String GRAPH = "feed(feed) OUT -> IN a(a) OUT -> IN b(b) OUT -> IN collect(collect)";

    private final TestAdapter newToOld = new TestAdapter(new PhraseToWord());
    private final TestAdapter oldToNew = new TestAdapter(new WordToPhrase());

    record Word(String text) {}

    record Phrase(List<String> words) {}

    static final class PhraseToWord implements PacketAdapter<Phrase, Word> {
        @Override
        public Word adapt(Phrase phrase) {
            return new Word(String.join("-", phrase.words()) + " adapted");
        }
    }

    static final class WordToPhrase implements PacketAdapter<Word, Phrase> {
        @Override
        public Phrase adapt(Word word) {
            if (word.text().isEmpty()) {
                throw new IllegalArgumentException("no words");
            }
            return word.text().equals("null") ? null : new Phrase(List.of(word.text(), "adapted"));
        }
    }

    static final class ToWord implements Step<String, Word> {
        @Override
        public Word apply(String text) {
            return new Word(text);
        }
    }

    static final class ToPhrase implements Step<String, Phrase> {
        @Override
        public Phrase apply(String text) {
            return new Phrase(List.of(text));
        }
    }

    static final class OfWord implements Step<Word, String> {
        @Override
        public String apply(Word word) {
            return word.text() + " b1";
        }
    }

    static final class OfPhrase implements Step<Phrase, String> {
        @Override
        public String apply(Phrase phrase) {
            return String.join("-", phrase.words()) + " b2";
        }
    }

    @BeforeEach
    void serve() throws Exception {
        catalog.start(
                TestVersion.of("a", "1.0.0", 3, ToWord.class, ToWord::new),
                TestVersion.of("b", "1.0.0", 4, OfWord.class, OfWord::new));
        coordinator = new Coordinator(flows, catalog, new FlowStore(home), Duration.ofSeconds(5));
        offer(new FbpParser().parse(GRAPH));
        assertThat(answer("x")).isEqualTo("x b1");
        catalog.start(
                TestVersion.of("a", "2.0.0", 13, ToPhrase.class, ToPhrase::new),
                TestVersion.of("b", "2.0.0", 14, OfPhrase.class, OfPhrase::new));
    }

    @Override
    @AfterEach
    void nothing_is_left() throws Exception {
        super.nothing_is_left();
        assertThat(List.of(newToOld, oldToNew)).allSatisfy(adapter -> assertThat(adapter.inUse).as(adapter.label()).hasValue(0));
    }

    private String plan(String... change) {
        return String.join("\n", coordinator.plan("flow", List.of(change), home).stream().map(Object::toString).toList());
    }

    private Outcome update(String... change) {
        return coordinator.update("flow", List.of(change), home).join().getFirst();
    }

    @Test
    void a_packet_that_would_reach_an_operator_of_another_type_is_refused_with_both_types_and_where_they_come_from() {
        assertThat(plan("a=a@2")).contains("REFUSED", "flow/a.OUT", "flow/b.IN", "a " + Phrase.class.getName() + " of "
                + Phrase.class.getClassLoader() + " is no " + Word.class.getName());
    }

    @Test
    void a_consumer_that_stays_gets_old_packets_as_they_are_and_new_ones_adapted() throws Exception {
        catalog.offer(newToOld);
        assertThat(plan("a=a@2")).contains("adapt   a.OUT -> b.IN  by PhraseToWord of bundle 98", "region  a -> b");
        assertThat(update("a=a@2")).isInstanceOf(Outcome.Completed.class);
        assertThat(answer("x")).isEqualTo("x adapted b1");
        assertThat(newToOld.inUse).hasValue(1);
    }

    @Test
    void the_adapter_goes_when_nobody_needs_it_any_more() throws Exception {
        catalog.offer(newToOld);
        update("a=a@2");
        assertThat(update("b=b@2")).isInstanceOf(Outcome.Completed.class);
        assertThat(answer("x")).isEqualTo("x b2");
        assertThat(newToOld.inUse).hasValue(0);
    }

    @Test
    void a_consumer_that_comes_first_gets_everything_adapted() throws Exception {
        catalog.offer(oldToNew);
        assertThat(plan("b=b@2")).contains("region  b\n");
        assertThat(update("b=b@2")).isInstanceOf(Outcome.Completed.class);
        assertThat(answer("x")).isEqualTo("x-adapted b2");
        assertThat(update("a=a@2")).isInstanceOf(Outcome.Completed.class);
        assertThat(answer("x")).isEqualTo("x b2");
    }

    @Test
    void while_packets_flow_none_is_lost_or_adapted_twice() throws Exception {
        catalog.offer(newToOld);
        IntStream.range(0, 500).forEach(i -> inbox.offer("x" + i));
        update("a=a@2");
        IntStream.range(500, 1000).forEach(i -> inbox.offer("x" + i));
        update("b=b@2");
        IntStream.range(1000, 1500).forEach(i -> inbox.offer("x" + i));
        var answers = new ArrayList<String>();
        for (int i = 0; i < 1500; i++) {
            answers.add(out.poll(10, TimeUnit.SECONDS));
        }
        assertThat(answers).extracting(answer -> answer.split(" ")[0])
                .isEqualTo(IntStream.range(0, 1500).mapToObj(i -> "x" + i).toList());
        assertThat(answers).allMatch(answer -> answer.matches("x\\d+( adapted)? b1|x\\d+ b2"));
    }

    @Test
    void the_adapter_at_work_stays_though_its_bundle_offers_it_no_more() throws Exception {
        catalog.offer(oldToNew);
        update("b=b@2");
        catalog.withdraw(oldToNew);
        catalog.start(TestVersion.of("b", "2.1.0", 15, OfPhrase.class, OfPhrase::new));
        assertThat(update("b=b@2.1")).isInstanceOf(Outcome.Completed.class);
        assertThat(answer("x")).isEqualTo("x-adapted b2");
        assertThat(oldToNew.inUse).hasValue(1);
    }

    @Test
    void a_node_that_is_inserted_gets_adapted_packets_and_a_structural_change_keeps_adapters() throws Exception {
        catalog.offer(oldToNew);
        update("b=b@2");
        assertThat(update("feed(feed) OUT -> IN a(a:version=1) OUT -> IN b(b:version=2) OUT -> IN collect(collect),"
                + " a OUT -> IN second(b:version=2) OUT -> IN collect")).isInstanceOf(Outcome.Completed.class);
        inbox.offer("x");
        assertThat(List.of(out.poll(10, TimeUnit.SECONDS), out.poll(10, TimeUnit.SECONDS)))
                .containsExactly("x-adapted b2", "x-adapted b2");
        assertThat(flow().adapters()).hasSize(2);
        assertThat(oldToNew.inUse).hasValue(2);
    }

    @Test
    void a_rollback_takes_the_adapter_out_again() throws Exception {
        catalog.offer(oldToNew);
        update("--probation", "1m", "b=b@2");
        assertThat(answer("x")).isEqualTo("x-adapted b2");
        assertThat(coordinator.rollback("flow", "by the test").join()).isInstanceOf(Outcome.RolledBack.class);
        assertThat(answer("x")).isEqualTo("x b1");
        assertThat(oldToNew.inUse).hasValue(0);
    }

    @Test
    void an_update_that_is_aborted_gives_its_adapters_back() throws Exception {
        catalog.offer(oldToNew);
        catalog.start(TestVersion.of("b", "2.1.0", 15, OfPhrase.class, () -> {
            throw new IllegalStateException("not today");
        }));
        assertThat(update("b=b@2.1")).isInstanceOf(Outcome.Aborted.class);
        assertThat(oldToNew.inUse).hasValue(0);
        assertThat(answer("x")).isEqualTo("x b1");
    }

    @Test
    void a_packet_that_cannot_be_adapted_fails_alone() throws Exception {
        catalog.offer(oldToNew);
        update("b=b@2");
        inbox.offer("");
        inbox.offer("null");
        assertThat(answer("x")).isEqualTo("x-adapted b2");
        await().untilAsserted(() -> assertThat(flow().status()).anyMatch(node -> node.name().equals("b") && node.failed() == 2));
    }

    @Test
    void a_flow_that_needs_an_adapter_starts_when_it_is_there() throws Exception {
        catalog.offer(oldToNew);
        update("b=b@2");
        flows.stop("flow", Duration.ofSeconds(5));
        catalog.withdraw(oldToNew);
        coordinator = new Coordinator(flows, catalog, new FlowStore(home), Duration.ofSeconds(5));
        coordinator.lookAround(false);
        assertThat(flows.find("flow")).isEmpty();
        catalog.offer(oldToNew);
        coordinator.lookAround(false);
        assertThat(answer("x")).isEqualTo("x-adapted b2");
    }

    @Test
    void what_nothing_adapts_is_refused() {
        catalog.offer(oldToNew);
        assertThatThrownBy(() -> update("a=a@2")).hasMessageContaining("cannot feed");
    }
}
