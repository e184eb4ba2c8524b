package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import neurath.build.OperatorJar;
import neurath.engine.NodeStatus;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/** Nodes of the web server are brought to one section, moved between two, and parted again, while clients ask. */
public class SectionsUnderLoadIT extends OnTheWebServer {
    private static final int ENOUGH = 50;

    private String text;

    @Before
    public void giveEachNodeASectionOfItsOwn() throws Exception {
        text = Files.readString(productsText()).replaceAll(":section=\\w+", "");
        update(text);
    }

    @After
    public void part() throws Exception {
        update(text);
        assertThat(sections()).isEmpty();
        shell.type("flow:update web-server " + productsText());
    }

    @Test
    public void nodes_are_brought_together_and_parted_again() throws Exception {
        String together = with(Map.of("parse", "work", "compose", "work", "reply", "work"));
        server.unharmed(() -> {
            assertThat(shell.type("flow:plan web-server " + write(together))).contains("move    ", "section work, with ");
            for (int round = 0; round < 5; round++) {
                assertThat(update(together)).contains("SWITCHED", "to section work");
                awaitWorkOf("parse", "compose", "reply");
                assertThat(update(text)).contains("SWITCHED", "to a section of its own");
                awaitWorkOf("parse", "compose", "reply");
            }
        });
    }

    @Test
    public void a_node_moves_from_one_section_to_another() throws Exception {
        server.unharmed(() -> {
            update(with(Map.of("parse", "front", "compose", "front")));
            awaitWorkOf("parse", "compose", "reply");
            assertThat(update(with(Map.of("compose", "back", "reply", "back")))).contains("SWITCHED");
            assertThat(sections()).containsExactlyInAnyOrder("compose in back", "reply in back");
            awaitWorkOf("parse", "compose", "reply");
        });
    }

    @Test
    public void each_node_of_a_section_is_replaced_where_it_is() throws Exception {
        server.unharmed(() -> {
            update(with(Map.of("parse", "work", "compose", "work", "reply", "work")));
            for (String node : List.of("reply", "parse", "compose")) {
                deploy(OperatorJar.ofProduct("http." + node, FIRST).version("1.0.1"));
                server.awaitVersion(node, "1.0.1");
            }
            awaitWorkOf("parse", "compose", "reply");
        });
        assertThat(sections()).containsExactlyInAnyOrder("parse in work", "compose in work", "reply in work");
    }

    @Test
    public void nodes_that_wait_for_channels_and_for_files_share_a_section_too() throws Exception {
        String front = with(Map.of("read", "front", "parse", "front", "load", "back", "compose", "back", "reply", "back"));
        String one = with(Map.of("read", "one", "parse", "one", "load", "one", "compose", "one", "reply", "one"));
        server.unharmed(() -> {
            for (String change : List.of(front, one, text)) {
                assertThat(update(change)).contains("SWITCHED");
                awaitWorkOf("parse", "load", "compose", "reply");
            }
        });
    }

    /** The text, with the sections of nodes. */
    private String with(Map<String, String> sections) {
        String changed = text;
        for (var section : sections.entrySet()) {
            String node = section.getKey() + "(http/" + section.getKey();
            assertThat(changed).contains(node + ')');
            changed = changed.replace(node + ')', node + ":section=" + section.getValue() + ')');
        }
        return changed;
    }

    private String update(String fbp) throws Exception {
        return shell.type("flow:update web-server " + write(fbp));
    }

    private Path write(String fbp) throws IOException {
        return Files.writeString(folder.newFolder().toPath().resolve("change.fbp"), fbp);
    }

    /** {@code parse in work}, of those that say one. */
    private List<String> sections() {
        return server.flow().graph().nodes().values().stream()
                .filter(node -> node.metadata().containsKey("section"))
                .map(node -> node.name() + " in " + node.metadata().get("section"))
                .toList();
    }

    private long taken(String node) {
        return server.flow().status().stream().filter(status -> status.name().equals(node)).mapToLong(NodeStatus::taken).sum();
    }

    private void awaitWorkOf(String... nodes) {
        for (String node : nodes) {
            long before = taken(node);
            await(node + " at work").until(() -> taken(node) > before + ENOUGH);
        }
    }
}
