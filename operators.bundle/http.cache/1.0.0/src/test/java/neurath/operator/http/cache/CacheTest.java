package neurath.operator.http.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import neurath.http.Content;
import neurath.http.Loaded;
import neurath.http.Request;
import neurath.testing.Workbench;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheTest {
    @TempDir
    Path root;

    private final Workbench bench = new Workbench();
    private final Cache cache = new Cache();

    @BeforeEach
    void writeFiles() throws Exception {
        for (int i = 0; i < 20; i++) {
            Files.writeString(root.resolve(i + ".txt"), "file " + i);
        }
    }

    private void open(String fill) throws Exception {
        bench.set("ROOT", root).set("FILL", fill).set("SLICE_BYTES", 10_000);
        cache.open(bench);
    }

    private static Request get(String path) {
        return new Request(null, 0, "GET", null, path, HttpVersion.HTTP_1_1, HttpFields.EMPTY, List.of("identity"));
    }

    private boolean hits(String path) throws Exception {
        return hits(bench, path);
    }

    private static boolean hits(Workbench bench, String path) throws Exception {
        bench.send("IN", get(path));
        return bench.taken(Object.class) instanceof Loaded;
    }

    private static Loaded found(Request request, String text) {
        return new Loaded(request, 200, "a.txt", HttpFields.EMPTY,
                new Content.Bytes(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void what_is_missed_brings_back_what_was_found_and_is_hit_from_then_on() throws Exception {
        open("none");
        cache.begin();
        bench.send("IN", get("/a.txt"));
        Request missed = bench.taken(Request.class);
        missed.fill().found(found(missed, "hello"));
        Request next = get("/a.txt");
        bench.send("IN", next);
        Loaded hit = bench.taken(Loaded.class);
        assertThat(hit.request()).isSameAs(next);
        assertThat(hit.content().length()).isEqualTo(5);
    }

    @Test
    void a_request_that_another_missed_before_is_brought_back_to_both() throws Exception {
        open("none");
        cache.begin();
        List<Loaded> toTheOther = new ArrayList<>();
        bench.send("IN", get("/a.txt").with(toTheOther::add));
        Request missed = bench.taken(Request.class);
        missed.fill().found(found(missed, "hello"));
        assertThat(toTheOther).hasSize(1);
        assertThat(hits("/a.txt")).isTrue();
    }

    @Test
    void a_refused_request_goes_on_as_it_is() throws Exception {
        open("none");
        cache.begin();
        Request refused = Request.refused(null, 405, "POST", HttpVersion.HTTP_1_1);
        bench.send("IN", refused);
        assertThat(bench.taken(Request.class)).isSameAs(refused);
    }

    @Test
    void filled_offline_it_hits_from_the_first_request_on_and_has_said_how_far_it_was() throws Exception {
        open("offline");
        cache.initialize(said -> {});
        cache.begin();
        assertThat(hits("/7.txt")).isTrue();
        assertThat(bench.notes().get("filled")).isEqualTo("20 files, 130 bytes");
    }

    @Test
    void filled_inline_it_reads_nothing_before_it_is_put_in_and_everything_before_the_first_answer() throws Exception {
        open("inline");
        cache.initialize(said -> {});
        cache.begin();
        Files.writeString(root.resolve("late.txt"), "written when it was open already");
        assertThat(hits("/late.txt")).isTrue();
        assertThat(bench.notes().get("filled")).startsWith("21 files");
    }

    @Test
    void filled_inline_it_does_not_wait_for_a_request() throws Exception {
        open("inline");
        cache.begin();
        cache.expired(bench.dueTimer());
        assertThat(bench.notes().get("filled")).startsWith("20 files");
    }

    @Test
    void filled_iteratively_it_answers_between_slices() throws Exception {
        open("iterative");
        cache.initialize(said -> {});
        cache.begin();
        assertThat(hits("/7.txt")).isFalse();
        int slices = 0;
        int hits = 0;
        while (bench.notes().get("filled") == null) {
            cache.expired(bench.dueTimer());
            int before = hits;
            hits = 0;
            for (int i = 0; i < 20; i++) {
                hits += hits("/" + i + ".txt") ? 1 : 0;
            }
            assertThat(hits - before).as("a slice is some files").isBetween(0, 3);
            slices++;
        }
        assertThat(hits).isEqualTo(20);
        assertThat(slices).isGreaterThan(6);
        assertThatThrownBy(bench::dueTimer).as("no slice comes after the last").isInstanceOf(RuntimeException.class);
    }

    @Test
    void a_root_that_is_not_there_is_said_before_it_is_put_in() throws Exception {
        root = root.resolve("none");
        open("offline");
        assertThatThrownBy(() -> cache.initialize(said -> {})).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void the_next_version_has_all_entries_and_what_is_still_brought_and_goes_on_reading() throws Exception {
        open("iterative");
        cache.begin();
        cache.expired(bench.dueTimer());
        bench.send("IN", get("/a.txt"));
        Request missed = bench.taken(Request.class);

        var next = new Cache();
        var nextBench = new Workbench().set("ROOT", root).set("FILL", "iterative");
        next.open(nextBench);
        next.restore(cache.state());
        missed.fill().found(found(missed, "hello"));
        assertThat(hits(nextBench, "/a.txt")).as("missed by the version before").isTrue();
        next.expired(bench.dueTimer());
        for (int i = 0; i < 20; i++) {
            assertThat(hits(nextBench, "/" + i + ".txt")).isTrue();
        }
    }

    @Test
    void other_limits_hold_from_the_moment_the_next_version_is_at_work_and_not_before() throws Exception {
        open("offline");
        cache.initialize(said -> {});
        cache.begin();
        hits("/7.txt");
        var next = new Cache();
        var nextBench = new Workbench().set("ROOT", root).set("MAX_BYTES", 1000);
        next.open(nextBench);
        next.restore(cache.state());
        assertThat(cache.state().store().bytes()).as("an update can still be aborted").isGreaterThan(1000);
        hits(nextBench, "/7.txt");
        assertThat(next.state().store().bytes()).isLessThanOrEqualTo(1000);
        cache.restore(next.state());
        hits("/7.txt");
        assertThat(cache.state().store().limits().maxBytes()).as("rolled back").isEqualTo(67_108_864);
    }

    @Test
    void a_slice_of_nothing_is_refused() {
        bench.set("SLICE_BYTES", 0);
        assertThatThrownBy(() -> cache.open(bench)).hasRootCauseMessage("SLICE_BYTES is 0; give more than 0");
    }
}
