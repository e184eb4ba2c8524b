package neurath.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import neurath.coordinator.FlowRecord.Policy;
import neurath.graph.Graph;
import neurath.graph.fbp.FbpParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlowStoreTest {
    private static final Graph GRAPH = new FbpParser()
            .parse("'80 = \"x\" # no comment' -> PORT accept(http/accept:version=1.2) OUT -> IN read(http/read), read OUT[1] -> IN reply(http/reply)");

    @TempDir
    Path folder;

    private FlowStore store() {
        return new FlowStore(folder.resolve("flows"));
    }

    private Path file(String name) {
        return folder.resolve("flows").resolve(name);
    }

    private static FlowRecord record(String name) {
        var record = new FlowRecord(name, GRAPH);
        record.revision = 7;
        record.updates = 9;
        record.policy = Policy.MANUAL;
        record.stopped = true;
        record.versions.put("accept", "http/accept@1.2.0#12-3");
        record.versions.put("read", "http/read@1.0.0#13-3");
        record.origins.put("neurath.http.flow", "abc");
        record.origins.put("neurath:load/web server.fbp", "d=e:f");
        record.considered.add("http/read@1.0.0#13-3");
        record.considered.add("http/read@1.1.0#14-3");
        record.refused.add("http/read@1.1.0#14-3");
        return record;
    }

    @Test
    void a_record_comes_back_as_it_was_saved() {
        FlowRecord saved = record("web-server");
        store().save(saved);
        assertThat(store().load()).containsOnlyKeys("web-server").hasEntrySatisfying("web-server",
                loaded -> assertThat(loaded).usingRecursiveComparison().isEqualTo(saved));
    }

    @Test
    void a_fresh_record_comes_back_too() {
        var saved = new FlowRecord("fresh", GRAPH);
        store().save(saved);
        assertThat(store().load().get("fresh")).usingRecursiveComparison().isEqualTo(saved);
    }

    @Test
    void the_latest_of_two_saves_counts_and_no_other_file_is_left() throws Exception {
        FlowRecord record = record("web-server");
        store().save(record);
        record.revision = 8;
        store().save(record);
        assertThat(store().load().get("web-server").revision).isEqualTo(8);
        try (var files = Files.list(folder.resolve("flows"))) {
            assertThat(files).containsExactly(file("web-server.properties"));
        }
    }

    @Test
    void a_file_that_was_being_written_at_a_crash_is_not_read() throws Exception {
        store().save(record("web-server"));
        Files.writeString(file("web-server.properties.new"), "name=web-server\ngra");
        assertThat(store().load().get("web-server").revision).isEqualTo(7);
    }

    @Test
    void a_damaged_record_is_left_as_it_is_and_the_others_are_loaded() throws Exception {
        store().save(record("one"));
        store().save(record("two"));
        for (String damage : new String[] {"", "name=one\ngraph=", "name=one\ngraph=a(\n", "\\u00zz",
            "name=one\ngraph=a(x) OUT -> IN b(x)\nrevision=many"}) {
            Files.writeString(file("one.properties"), damage);
            FlowStore store = store();
            assertThat(store.load()).containsOnlyKeys("two");
            assertThat(store.isUnreadable("one")).isTrue();
            assertThat(store.isUnreadable("two")).isFalse();
            assertThat(file("one.properties")).hasContent(damage);
        }
    }

    @Test
    void the_history_is_kept_by_flow_in_order() {
        FlowStore store = store();
        store.append("one", "first");
        store.append("two", "other");
        store.append("one", "second");
        assertThat(store().history("one")).containsExactly("first", "second");
        assertThat(store().history("none")).isEmpty();
    }

    @Test
    void a_folder_that_cannot_be_made_is_named() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> new FlowStore(file.resolve("flows")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(file.resolve("flows") + " cannot be made")
                .hasMessageContaining("--home");
    }

    @Test
    void keys_are_remembered_by_number_when_a_bundle_was_installed_anew() {
        FlowRecord record = record("web-server");
        var same = TestVersion.of("http/read", "1.0.0", 99, Texts.Say.class, () -> new Texts.Say(""));
        var longer = TestVersion.of("http/read", "1.0.0.beta", 99, Texts.Say.class, () -> new Texts.Say(""));
        assertThat(record.remembers("read", same)).isTrue();
        assertThat(record.remembers("read", longer)).isFalse();
        assertThat(record.remembers("accept", same)).isFalse();
        assertThat(Map.copyOf(record.versions)).doesNotContainKey("reply");
        assertThat(record.remembers("reply", same)).isFalse();
    }
}
