package neurath.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import neurath.coordinator.FlowRecord.Policy;
import neurath.coordinator.journal.FaultyDisk;
import neurath.coordinator.journal.Journal;
import neurath.events.Phase;
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

    private static Past past(FlowRecord record, String line, Milestone... milestones) {
        return new Past(record.updates, line, List.of(milestones));
    }

    private static Milestone milestone(Phase phase, int seconds, String detail) {
        return new Milestone(phase, Instant.EPOCH.plusSeconds(seconds), detail);
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
    void the_latest_of_two_saves_counts() {
        FlowRecord record = record("web-server");
        store().save(record);
        record.revision = 8;
        store().save(record);
        assertThat(store().load().get("web-server").revision).isEqualTo(8);
    }

    @Test
    void a_journal_that_is_cut_at_any_byte_gives_a_record_that_was_there() throws Exception {
        FlowStore written = store();
        FlowRecord record = record("flow");
        written.save(record);
        var known = new ArrayList<List<String>>();
        known.add(List.of());
        known.add(List.of("7", "http/read@1.0.0#13-3"));
        for (int update = 8; update < 12; update++) {
            record.updates = update + 2;
            written.begin(record, record.updates, "now", List.of("http/read@1.1.0#14-3"), List.of(), List.of());
            record.revision = update;
            record.versions.put("read", "http/read@1." + update + "#13-3");
            written.switched(record, past(record, "update " + update));
            known.add(List.of(Integer.toString(update), "http/read@1." + update + "#13-3"));
        }
        written.close();
        byte[] whole = Files.readAllBytes(file("journal"));
        var found = new LinkedHashSet<List<String>>();
        for (int length = 0; length <= whole.length; length +=
                length < whole.length - 40_000 ? 7 : 1 + (whole[Math.min(length, whole.length - 1)] == 0 ? 1000 : 0)) {
            Files.write(file("journal"), Arrays.copyOf(whole, length));
            try (FlowStore store = store()) {
                FlowRecord loaded = store.load().get("flow");
                List<String> state = loaded == null
                        ? List.of()
                        : List.of(Integer.toString(loaded.revision), loaded.versions.get("read"));
                assertThat(known).as("cut at " + length).contains(state);
                assertThat(store.history("flow").stream().filter(line -> line.startsWith("update")))
                        .as("history, cut at " + length)
                        .hasSize(Math.max(0, known.indexOf(state) - 1));
                found.add(state);
            }
        }
        assertThat(found).containsExactlyElementsOf(known);
    }

    @Test
    void an_update_that_nobody_ended_is_aborted_with_the_old_record_and_its_versions_are_refused() {
        FlowStore store = store();
        FlowRecord record = record("web-server");
        store.save(record);
        record.updates = 10;
        store.begin(record, record.updates, "2026-11-24T17:00:00Z", List.of("http/read@2.0.0#20-3"), List.of(), List.of());
        for (int start = 0; start < 2; start++) {
            FlowStore again = store();
            FlowRecord loaded = again.load().get("web-server");
            assertThat(loaded.revision).isEqualTo(7);
            assertThat(loaded.versions).containsEntry("read", "http/read@1.0.0#13-3");
            assertThat(loaded.updates).isEqualTo(10);
            assertThat(loaded.refused).contains("http/read@2.0.0#20-3");
            assertThat(again.history("web-server")).singleElement().asString()
                    .startsWith("2026-11-24T17:00:00Z  update 10 ABORTED: the platform ended before it was switched");
        }
    }

    @Test
    void an_update_that_is_switched_counts_and_one_that_is_taken_back_does_not() {
        FlowStore store = store();
        FlowRecord record = record("web-server");
        store.save(record);
        record.updates = 10;
        store.begin(record, record.updates, "now", List.of(), List.of(), List.of());
        record.revision = 8;
        store.switched(record, past(record, "10 SWITCHED"));
        assertThat(store().load().get("web-server").revision).isEqualTo(8);
        assertThat(store().history("web-server")).containsExactly("10 SWITCHED");
        record.revision = 7;
        store.aborted(record, past(record, "10 ABORTED"));
        assertThat(store().load().get("web-server").revision).isEqualTo(7);
        assertThat(store().history("web-server")).containsExactly("10 ABORTED");
        assertThat(store.history("web-server")).containsExactly("10 ABORTED");
    }

    @Test
    void what_was_not_written_on_a_full_disk_comes_with_the_next_record() {
        var disk = new FaultyDisk();
        var store = new FlowStore(folder.resolve("flows"), disk, versions -> List.of());
        FlowRecord record = record("web-server");
        store.save(record);
        disk.room(10);
        record.policy = Policy.AUTO;
        assertThatThrownBy(() -> store.save(record)).isInstanceOf(UncheckedIOException.class)
                .hasMessageContainingAll(file("journal").toString(), "No space left on device");
        assertThat(store().load().get("web-server").policy).isEqualTo(Policy.MANUAL);
        disk.room(Long.MAX_VALUE);
        store.save(record("other"));
        assertThat(store().load().get("web-server").policy).isEqualTo(Policy.AUTO);
        assertThat(store().load()).containsKey("other");
    }

    @Test
    void an_update_begins_only_where_its_end_finds_room() {
        var disk = new FaultyDisk();
        var store = new FlowStore(folder.resolve("flows"), disk, versions -> List.of());
        FlowRecord record = record("web-server");
        store.save(record);
        disk.room(500);
        assertThatThrownBy(() -> store.begin(record, record.updates, "now", List.of(), List.of(), List.of()))
                .isInstanceOf(UncheckedIOException.class);
        disk.room(100_000);
        store.begin(record, record.updates, "now", List.of(), List.of(), List.of());
        disk.room(0);
        store.switched(record, past(record, "SWITCHED"));
        store.aborted(record, past(record, "ABORTED"));
        store.force();
    }

    @Test
    void the_journal_is_compacted_and_says_the_same() throws Exception {
        FlowStore store = store();
        FlowRecord record = record("web-server");
        for (int update = 0; update < 5_000; update++) {
            record.updates = update;
            store.begin(record, record.updates, "now", List.of(), List.of(), List.of());
            store.switched(record, past(record, "update " + update));
        }
        store.begin(record, record.updates, "now", List.of(), List.of(), List.of());
        assertThat(Files.size(file("journal"))).isLessThan(3_000_000);
        assertThat(store().history("web-server")).hasSize(5_000).startsWith("update 0", "update 1");
        assertThat(store().load().get("web-server").updates).isEqualTo(4_999);
    }

    @Test
    void of_the_history_the_latest_are_kept() {
        FlowStore store = store();
        FlowRecord record = record("web-server");
        for (int update = 0; update < 10_010; update++) {
            record.updates = update;
            store.begin(record, record.updates, "now", List.of(), List.of(), List.of());
            store.switched(record, past(record, "update " + update));
        }
        assertThat(store.history("web-server")).hasSize(10_000).startsWith("update 10");
        assertThat(store.history("none")).isEmpty();
    }

    @Test
    void what_an_update_came_to_comes_back_with_what_followed_its_end() throws Exception {
        FlowStore store = store();
        FlowRecord record = record("web-server");
        Milestone planned = milestone(Phase.PLANNED, 1, "a = \"b\" \\ c");
        Milestone switched = milestone(Phase.SWITCHED, 2, "");
        store.begin(record, record.updates, "now", List.of(), List.of(), List.of(planned));
        store.switched(record, past(record, "SWITCHED", planned, switched));
        Milestone probation = milestone(Phase.PROBATION, 3, "kept");
        Milestone undone = milestone(Phase.ROLLED_BACK, 4, "by update 10,\nasked for");
        store.follow("web-server", record.updates, probation);
        store.follow("web-server", record.updates, undone);
        assertThat(undone.detail()).isEqualTo("by update 10, asked for");
        assertThat(store.past("web-server", record.updates)).contains(past(record, "SWITCHED", planned, switched, probation, undone));
        assertThat(store().past("web-server", record.updates)).isEqualTo(store.past("web-server", record.updates));
        long before;
        do {
            before = Files.size(file("journal"));
            store.note(record);
        } while (Files.size(file("journal")) >= before); // until it is compacted
        assertThat(store().past("web-server", record.updates)).isEqualTo(store.past("web-server", record.updates));
    }

    @Test
    void an_update_that_nobody_ended_has_what_it_came_to_before() {
        FlowStore store = store();
        FlowRecord record = record("web-server");
        store.save(record);
        record.updates = 10;
        Milestone planned = milestone(Phase.PLANNED, 1, "");
        store.begin(record, record.updates, "now", List.of(), List.of(), List.of(planned));
        FlowStore again = store();
        again.load();
        assertThat(again.past("web-server", 10).orElseThrow().milestones()).hasSize(2).startsWith(planned)
                .last().satisfies(end -> assertThat(end.name()).isEqualTo("ABORTED"));
    }

    @Test
    void of_the_latest_thousand_it_is_kept_what_they_came_to() {
        FlowStore store = store();
        FlowRecord record = record("web-server");
        for (int update = 1; update <= 1_001; update++) {
            record.updates = update;
            store.switched(record, past(record, "update " + update, milestone(Phase.SWITCHED, update, "")));
        }
        store.follow("web-server", 1, milestone(Phase.RETIRED, 1, ""));
        store.follow("web-server", 4_711, milestone(Phase.RETIRED, 1, ""));
        for (FlowStore either : List.of(store, store())) {
            assertThat(either.past("web-server", 1).orElseThrow().milestones()).isEmpty();
            assertThat(either.past("web-server", 2).orElseThrow().milestones()).hasSize(1);
            assertThat(either.past("web-server", 1_002)).isEmpty();
        }
    }

    @Test
    void of_updates_that_an_earlier_version_wrote_down_number_and_line_are_known() throws Exception {
        FlowRecord record = record("web-server");
        store().save(record);
        try (var journal = new Journal(file("journal"), FileChannel::open)) {
            journal.append("HISTORY\nname=web-server\nline=2026-11-24T17:00:00Z  update 3 SWITCHED in 4 ms: a 1.0.0 -> 2.0.0", true);
            var fields = record.fields();
            fields.put("line", "2026-11-24T17:01:00Z  update 9 ABORTED: on purpose");
            journal.append(new Entry(Entry.Kind.UPDATE_ABORTED, fields).text(), true);
        }
        FlowStore store = store();
        assertThat(store.past("web-server", 3).orElseThrow())
                .hasToString("2026-11-24T17:00:00Z  update 3 SWITCHED in 4 ms: a 1.0.0 -> 2.0.0"
                        + "\n  what it came to on its way is not known any more");
        assertThat(store.past("web-server", 9).orElseThrow().line()).endsWith("ABORTED: on purpose");
    }

    @Test
    void bundles_are_known_until_they_are_dropped() {
        var one = new StoredBundle("file:/a=b.jar", "12-3", "a 1.0.0", "abc");
        var other = new StoredBundle("neurath:load/x.jar#def", "13-3", "x 1.0.0", "def");
        var store = new FlowStore(folder.resolve("flows"), FileChannel::open, versions -> List.of(one, other));
        store.keep(List.of());
        assertThat(store().bundles()).containsExactly(one, other);
        store.drop(one.location());
        store.drop("unknown");
        var again = new StoredBundle(other.location(), "20-4", other.name(), other.digest());
        store.replace(again);
        assertThat(store().bundles()).containsExactly(again);
    }

    @Test
    void a_home_of_an_earlier_version_is_taken_over_once() throws Exception {
        writeOldHome("one");
        Files.writeString(file("one.history"), "first\nsecond\n");
        FlowRecord loaded = store().load().get("one");
        assertThat(loaded).usingRecursiveComparison().isEqualTo(record("one"));
        assertThat(store().history("one")).containsExactly("first", "second");
        try (var files = Files.list(folder.resolve("flows"))) {
            assertThat(files).containsExactlyInAnyOrder(
                    file("journal"), file("one.properties.converted"), file("one.history.converted"));
        }
    }

    @Test
    void a_damaged_record_of_an_earlier_version_is_left_as_it_is_and_the_others_are_taken_over() throws Exception {
        for (String damage : new String[] {"", "name=one\ngraph=", "name=one\ngraph=a(\n", "\\u00zz",
            "name=one\ngraph=a(x) OUT -> IN b(x)\nrevision=many"}) {
            writeOldHome("two");
            Files.writeString(file("one.properties"), damage);
            FlowStore store = store();
            assertThat(store.load()).containsOnlyKeys("two");
            assertThat(store.isUnreadable("one")).isTrue();
            assertThat(store.isUnreadable("two")).isFalse();
            assertThat(file("one.properties")).hasContent(damage);
        }
        writeOldHome("one");
        assertThat(store().load()).containsOnlyKeys("one", "two");
    }

    /** As version 0.1.0 wrote it. */
    private void writeOldHome(String name) throws Exception {
        var properties = new Properties();
        record(name).fields().forEach(properties::setProperty);
        Files.createDirectories(folder.resolve("flows"));
        try (Writer writer = Files.newBufferedWriter(file(name + ".properties"))) {
            properties.store(writer, "a flow of Neurath");
        }
    }

    @Test
    void a_record_of_a_later_version_is_passed_over_and_kept() throws Exception {
        store().save(record("web-server"));
        try (var journal = new Journal(file("journal"), FileChannel::open)) {
            journal.append("UPDATE_DREAMT\nname=web-server", true);
        }
        FlowStore store = store();
        assertThat(store.load()).containsOnlyKeys("web-server");
        for (int i = 0; i < 3_000; i++) {
            store.note(record("other"));
        }
        store.close();
        try (var journal = new Journal(file("journal"), FileChannel::open)) {
            assertThat(journal.records()).hasSizeLessThan(2_900).contains("UPDATE_DREAMT\nname=web-server");
        }
    }

    @Test
    void a_folder_that_cannot_be_made_is_named() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> new FlowStore(file.resolve("flows")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(file.resolve("flows").toString())
                .hasMessageContaining("--home");
    }

    @Test
    void a_bundle_that_was_brought_back_changes_the_keys_of_its_versions_and_no_others() {
        FlowRecord record = record("web-server");
        record.rekey("14-3", "40-9");
        assertThat(record.considered).containsExactly("http/read@1.0.0#13-3", "http/read@1.1.0#40-9");
        assertThat(record.refused).containsExactly("http/read@1.1.0#40-9");
        record.rekey("3-3", "50-9");
        record.rekey("12-3", "41-9");
        assertThat(record.versions).containsEntry("accept", "http/accept@1.2.0#41-9").containsEntry("read", "http/read@1.0.0#13-3");
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
