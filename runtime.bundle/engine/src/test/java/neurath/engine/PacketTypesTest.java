package neurath.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import neurath.api.Context;
import neurath.api.In;
import neurath.api.Operator;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.PacketAdapter;
import neurath.api.Source;
import neurath.events.Event;
import neurath.events.Events;
import neurath.graph.Arc;
import neurath.graph.Graph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Packets whose classes come from several class loaders, as from several bundles. */
@Timeout(60)
class PacketTypesTest {
    private static final Graph GRAPH = Graphs.of("say.OUT -> hear.IN");

    private final Queue<Object> heard = new ConcurrentLinkedQueue<>();
    private final List<Event> events = new CopyOnWriteArrayList<>();

    /** What the new package has; the old one has a record of the same simple name that this loader does not see. */
    record Text(String text) {}

    @In(value = "IN", type = Text.class)
    private static final class HearText implements Operator {
        private final Queue<Object> heard;

        HearText(Queue<Object> heard) {
            this.heard = heard;
        }

        @Override
        public void open(Context context) {
            context.receive("IN", Text.class, heard::add);
        }
    }

    @In(value = "IN", type = Object.class)
    private static final class HearAnything implements Operator {
        private final Queue<Object> heard;

        HearAnything(Queue<Object> heard) {
            this.heard = heard;
        }

        @Override
        public void open(Context context) {
            context.receive("IN", Object.class, heard::add);
        }
    }

    /** Adapts a word that it cannot import: its own stands for it. */
    static final class WordToText implements PacketAdapter<WordToText.Word, Text> {
        record Word(String text) {}

        @Override
        public Text adapt(Word word) {
            return new Text(word.text());
        }
    }

    private record Offered(PacketAdapter<?, ?> adapter) implements Adapter {
        @Override
        public String label() {
            return "WordToText of the test";
        }

        @Override
        public Class<?> type() {
            return adapter.getClass();
        }

        @Override
        public PacketAdapter<?, ?> fetch() {
            return adapter;
        }

        @Override
        public void release(PacketAdapter<?, ?> fetched) {}
    }

    /** Emits three words of a class of its loader; the type of its port and the name of the class are the test's. */
    private static Versions say(String portType, String word) throws ClassNotFoundException {
        String source = """
            package test;
            import neurath.api.*;

            @Out(value = "OUT", type = %s.class)
            public final class Say implements Source {
                public record %s(int number, String text) {}

                private Output<%s> out;
                private int said;

                @Override
                public void open(Context context) {
                    out = context.output("OUT", %s.class);
                }

                @Override
                public boolean produce() {
                    out.emit(new %s(said, "word" + said));
                    return ++said < 3;
                }
            }
            """.formatted(portType, word, portType, portType, word);
        Class<? extends Operator> type = Compiled.of("test.Say", source).asSubclass(Operator.class);
        return version(type);
    }

    private static <T extends Operator> Versions version(Class<T> type) {
        return Versions.of("say", "1.0.0", type, () -> {
            try {
                return type.getDeclaredConstructor().newInstance();
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private Map<String, OperatorVersion> versions(Versions say, Versions hear) {
        var versions = new LinkedHashMap<String, OperatorVersion>();
        versions.put("say", say);
        versions.put("hear", hear);
        return versions;
    }

    private Versions hearText() {
        return Versions.of("hear", "1.0.0", HearText.class, () -> new HearText(heard));
    }

    private Versions hearAnything() {
        return Versions.of("hear", "1.0.0", HearAnything.class, () -> new HearAnything(heard));
    }

    private Flows flows() {
        var flows = new Flows(new Events(Runnable::run), Threads.ofTheJdk(), text -> text);
        flows.events().subscribe(events::add);
        return flows;
    }

    private void run(Flows flows, Map<String, OperatorVersion> versions, Map<Arc, Adapter> adapters) throws Exception {
        flows.start("test", GRAPH, versions, 1, adapters);
        try {
            await().atMost(Workshop.LONG).until(() -> heard.size() == 3);
        } finally {
            flows.stop("test", Workshop.LONG);
        }
    }

    @Test
    void a_record_of_another_loader_is_adapted_by_way_of_one_that_mirrors_it() throws Exception {
        Map<String, OperatorVersion> versions = versions(say("Say.Word", "Word"), hearText());
        assertThat(Connections.problems("test", GRAPH, versions)).singleElement().asString()
                .contains("cannot feed", "a test.Say$Word of " + Compiled.class.getName(), "is no " + Text.class.getName());
        Map<Arc, Adapter> adapters = Connections.adapters(GRAPH, versions, Map.of(), List.of(new Offered(new WordToText())));
        assertThat(Connections.problems("test", GRAPH, versions, adapters.keySet())).isEmpty();
        run(flows(), versions, adapters);
        assertThat(heard).extracting(Object::toString).containsExactly("Text[text=word0]", "Text[text=word1]", "Text[text=word2]");
    }

    @Test
    void a_record_of_another_name_is_not_taken_for_the_one_that_is_mirrored() throws Exception {
        Map<String, OperatorVersion> versions = versions(say("Say.Sentence", "Sentence"), hearText());
        assertThat(Connections.adapters(GRAPH, versions, Map.of(), List.of(new Offered(new WordToText())))).isEmpty();
    }

    @Test
    void a_port_of_a_type_of_an_operators_bundle_is_refused() throws Exception {
        Map<String, OperatorVersion> versions = versions(say("Say.OwnWord", "OwnWord"), hearAnything());
        assertThatThrownBy(() -> flows().start("test", GRAPH, versions, 1))
                .hasMessageContaining("test/say.OUT (say@1.0.0 of the test): its type test.Say$OwnWord is a class of an operator's bundle")
                .hasMessageContaining("put it into an exported, versioned package");
    }

    @Test
    void in_test_mode_a_packet_of_an_operators_bundle_is_reported_once_with_who_emitted_it() throws Exception {
        run(flows().inspecting(), versions(say("Object", "OwnWord"), hearAnything()), Map.of());
        assertThat(events).filteredOn(Event.Notice.class::isInstance).singleElement().asString()
                .contains("stray packet: test/say.OUT (say@1.0.0 of the test) emits a test.Say$OwnWord, a class of an operator's bundle");
    }

    @Test
    void outside_test_mode_nobody_looks_at_packets() throws Exception {
        run(flows(), versions(say("Object", "OwnWord"), hearAnything()), Map.of());
        assertThat(events).noneMatch(Event.Notice.class::isInstance);
    }

    /** Says that it emits texts, and does not. */
    @Out(value = "OUT", type = String.class)
    private static final class Deceive implements Source {
        private Output<String> out;

        @Override
        public void open(Context context) {
            out = context.output("OUT", String.class);
        }

        @Override
        @SuppressWarnings({"unchecked", "rawtypes"})
        public boolean produce() {
            List.of(1, 2, 3).forEach(number -> ((Output) out).emit(number));
            return false;
        }
    }

    @Test
    void in_test_mode_a_packet_of_another_type_than_the_ports_is_reported() throws Exception {
        run(flows().inspecting(), versions(Versions.of("say", "1.0.0", Deceive.class, Deceive::new), hearAnything()), Map.of());
        assertThat(events).filteredOn(Event.Notice.class::isInstance).singleElement().asString()
                .contains("emits a java.lang.Integer, which is no java.lang.String");
    }
}
