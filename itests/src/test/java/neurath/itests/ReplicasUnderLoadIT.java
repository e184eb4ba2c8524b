package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import neurath.build.OperatorJar;
import neurath.engine.Flow;
import neurath.engine.Flows;
import neurath.engine.NodeStatus;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/**
 * Nodes get more replicas, fewer, and another key, while words go through them. A word is the host of a URI, its path is the number with
 * which it was fed, and its fragment is how often it has been counted: where each word's numbers and counts go up one by one, none was
 * lost, doubled or overtaken, and none was counted by a replica that did not know the count.
 */
public class ReplicasUnderLoadIT extends OnTheWebServer {
    private static final String FLOW = "words";
    private static final int ENOUGH = 2_000;
    private static final String URIS = """
            @neurath.api.In(value = "IN", type = java.net.URI.class)
            @neurath.api.Out(value = "OUT", type = java.net.URI.class)
            """;

    @Before
    public void count() throws Exception {
        for (OperatorJar operator : List.of(feed(), pass(), counting(FIRST), judge())) {
            deploy(operator);
        }
        shell.type("flow:start " + write(words("", "")));
        awaitWords();
    }

    @After
    public void countNoMore() throws Exception {
        shell.type("flow:stop " + FLOW);
    }

    @Test
    public void one_becomes_four_then_two_then_three_by_another_key_then_one_and_every_word_is_counted_on() throws Exception {
        String plan = shell.type("flow:plan " + FLOW + ' ' + write(words(":replicas=4,key=getScheme", ":replicas=4,key=getHost")));
        assertThat(plan).contains("replicas of pass: 1 -> 4, packets shared by key getScheme",
                "replicas of count: 1 -> 4, state re-partitioned by key getHost", "commit  hold");
        assertThat(flow().graph().nodes()).hasSize(4);
        assertThat(shell.type("flow:apply " + plan.replaceAll("(?s)plan (\\d+) for words.*", "$1"))).contains("SWITCHED",
                "count 1 -> 4 replicas");
        awaitWorkOf("count~1", "count~2", "count~3", "count~4");

        assertThat(update(words(":replicas=2,key=getScheme", ":replicas=2,key=getHost"))).contains("SWITCHED", "count 4 -> 2 replicas");
        awaitWorkOf("pass~1", "pass~2", "count~1", "count~2");

        assertThat(update(words(":replicas=2,key=getHost", ":replicas=3,key=getAuthority")))
                .contains("SWITCHED", "pass shared by key getHost", "count 2 -> 3 replicas");
        awaitWorkOf("pass~1", "pass~2", "count~1", "count~2", "count~3");

        assertThat(update(words("", ""))).contains("SWITCHED", "count 3 -> 1 node", "pass 2 -> 1 node");
        awaitWorkOf("pass", "count");
        assertThat(flow().graph().nodes()).hasSize(4);
    }

    @Test
    public void all_replicas_change_their_version_together_and_every_word_is_counted_on() throws Exception {
        update(words("", ":replicas=3,key=getHost"));
        awaitWorkOf("count~1", "count~2", "count~3");
        deploy(counting("1.1.0"));
        await().untilAsserted(() -> assertThat(List.of("count~1", "count~2", "count~3")).allSatisfy(
                replica -> assertThat(flow().version(replica).version()).hasToString("1.1.0")));
        awaitWords();
        assertThat(shell.type("flow:update " + FLOW + " count=example/count@1.0.0")).contains("SWITCHED", "count 1.1.0 -> 1.0.0");
        awaitWords();
        assertThat(update(words("", ":version=1.0.0"))).contains("count 3 -> 1 node");
        awaitWords();
        assertThat(wrong()).isEmpty();
    }

    @Test
    public void a_key_that_is_none_of_the_state_is_refused_and_nothing_is_touched() throws Exception {
        int before = flow().revision();
        assertThatThrownBy(() -> update(words("", ":replicas=4,key=getPort"))).hasMessageContaining("refused")
                .hasMessageContaining("the keys of its keyed state 'times' are of java.lang.String")
                .hasMessageContaining("shared by getPort, which is of java.lang.Integer");
        awaitWords();
        assertThat(wrong()).isEmpty();
        assertThat(flow().revision()).isEqualTo(before);
    }

    private static String words(String pass, String count) {
        return "feed(example/feed) OUT -> IN pass(example/pass%s) OUT -> IN count(example/count%s) OUT -> IN judge(example/judge)"
                .formatted(pass, count);
    }

    private String update(String fbp) throws Exception {
        return shell.type("flow:update " + FLOW + " '" + fbp + "'");
    }

    private Path write(String fbp) throws IOException {
        return Files.writeString(folder.newFolder().toPath().resolve(FLOW + ".fbp"), fbp);
    }

    private Flow flow() {
        return context.getService(context.getServiceReference(Flows.class)).find(FLOW).orElseThrow();
    }

    private NodeStatus status(String node) {
        return flow().status().stream().filter(status -> status.name().equals(node)).findFirst().orElseThrow();
    }

    private String wrong() {
        return status("judge").notes().getOrDefault("wrong", "");
    }

    private void awaitWords() {
        long before = status("judge").taken();
        await("words").until(() -> status("judge").taken() > before + ENOUGH);
    }

    /** Words come to each of these nodes, and through the flow, and none of them is wrong or thrown away. */
    private void awaitWorkOf(String... nodes) {
        awaitWords();
        for (String node : nodes) {
            await(node + " at work").until(() -> status(node).taken() > 0);
        }
        assertThat(wrong()).isEmpty();
        assertThat(flow().status()).allSatisfy(status -> assertThat(status.failed() + status.dropped()).as(status.name()).isZero());
    }

    /** Forty words of five groups, some thousands a second; the scheme of a word is its group. */
    private static OperatorJar feed() {
        return Examples.of("feed", FIRST, "Source", """
                private final int[] numbers = new int[40];
                private int next;
                private neurath.api.Output<java.net.URI> out;

                @Override
                public void open(neurath.api.Context context) {
                    out = context.output("OUT", java.net.URI.class);
                }

                @Override
                public boolean produce() {
                    for (int i = 0; i < 10; i++) {
                        int word = next++ % numbers.length;
                        out.emit(java.net.URI.create("group" + word % 5 + "://word" + word + "/" + ++numbers[word]));
                    }
                    java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
                    return true;
                }
                """).replacing("public final class", "@neurath.api.Out(value = \"OUT\", type = java.net.URI.class)\npublic final class");
    }

    private static OperatorJar pass() {
        return Examples.of("pass", FIRST, "Step<java.net.URI, java.net.URI>", """
                @Override
                public java.net.URI apply(java.net.URI word) {
                    return word;
                }
                """);
    }

    private static OperatorJar counting(String version) {
        return Examples.of("count", version, "Operator", """
                @Override
                public void open(neurath.api.Context context) {
                    var times = context.keyed("times", String.class, Integer.class);
                    var out = context.output("OUT", java.net.URI.class);
                    context.receive("IN", java.net.URI.class, word -> out.emit(
                            java.net.URI.create(word + "#" + times.merge(word.getHost(), 1, Integer::sum))));
                }
                """).replacing("public final class", URIS
                + "@neurath.api.KeyedState(name = \"times\", key = String.class, value = Integer.class)\npublic final class");
    }

    /** Notes the first word whose number or count does not follow the one before. */
    private static OperatorJar judge() {
        return Examples.of("judge", FIRST, "Operator", """
                private final java.util.Map<String, Integer> heard = new java.util.HashMap<>();
                private boolean wrong;

                @Override
                public void open(neurath.api.Context context) {
                    context.receive("IN", java.net.URI.class, word -> {
                        int expected = heard.merge(word.getHost(), 1, Integer::sum);
                        if (!wrong && !(word.getPath() + '#' + word.getFragment()).equals("/" + expected + '#' + expected)) {
                            wrong = true;
                            context.note("wrong", word + " instead of " + expected);
                        }
                    });
                }
                """).replacing("public final class", "@neurath.api.In(value = \"IN\", type = java.net.URI.class)\npublic final class");
    }
}
