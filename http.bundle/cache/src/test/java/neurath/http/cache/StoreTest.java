package neurath.http.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import neurath.http.Content;
import neurath.http.Loaded;
import neurath.http.Request;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.junit.jupiter.api.Test;

class StoreTest {
    private static final Limits LIMITS = new Limits(100_000, 10_000, Duration.ofSeconds(60));

    private final AtomicLong now = new AtomicLong();
    private final Store store = new Store(LIMITS, now::get);

    private static Request request(String method, String path) {
        return new Request(null, 0, method, null, path, HttpVersion.HTTP_1_1, HttpFields.EMPTY, List.of("identity"));
    }

    private static Request get(String path, String... codings) {
        return new Request(null, 0, "GET", null, path, HttpVersion.HTTP_1_1, HttpFields.EMPTY, List.of(codings));
    }

    private static Request get(String path) {
        return request("GET", path);
    }

    private static Content bytes(String text) {
        return new Content.Bytes(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static Loaded found(Request request, Content content, HttpField... fields) {
        return new Loaded(request, 200, "a.txt", HttpFields.from(fields), content);
    }

    private void fill(Loaded found) {
        store.fill(found.request()).found(found);
    }

    private static String text(Loaded loaded) {
        return StandardCharsets.UTF_8.decode(((Content.Bytes) loaded.content()).bytes().duplicate()).toString();
    }

    @Test
    void what_was_found_for_a_request_is_found_for_the_next_with_all_that_came_with_it() {
        assertThat(store.find(get("/a.txt"))).isNull();
        fill(found(get("/a.txt"), bytes("hello"), new HttpField(HttpHeader.ETAG, "\"1\"")));
        Request next = get("/a.txt");
        Loaded loaded = store.find(next).loaded(next);
        assertThat(loaded.request()).isSameAs(next);
        assertThat(loaded.status()).isEqualTo(200);
        assertThat(loaded.name()).isEqualTo("a.txt");
        assertThat(loaded.fields().get(HttpHeader.ETAG)).isEqualTo("\"1\"");
        assertThat(text(loaded)).isEqualTo("hello");
        assertThat(store.find(get("/b.txt"))).isNull();
    }

    @Test
    void what_is_asked_for_again_and_again_moves_out_of_the_heap_and_is_the_same_there() {
        String large = "0123456789".repeat(Kept.WORTH_IT / 10 + 1);
        fill(found(get("/large.txt"), bytes(large), new HttpField(HttpHeader.ETAG, "\"1\"")));
        fill(found(get("/small.txt"), bytes("hello")));
        for (int i = 1; i < Kept.PROVEN; i++) {
            assertThat(store.find(get("/large.txt")).bytes().isDirect()).as("asked for %d times", i).isFalse();
            store.find(get("/small.txt"));
        }
        Loaded moved = store.find(get("/large.txt")).loaded(get("/large.txt"));
        assertThat(((Content.Bytes) moved.content()).bytes().isDirect()).isTrue();
        assertThat(text(moved)).isEqualTo(large);
        assertThat(moved.fields().get(HttpHeader.ETAG)).isEqualTo("\"1\"");
        assertThat(store.find(get("/small.txt")).bytes().isDirect()).isFalse();
        assertThat(store.size()).isEqualTo(2);
    }

    @Test
    void who_asks_for_the_head_only_gets_the_length() {
        fill(found(get("/a.txt"), bytes("hello")));
        Request head = request("HEAD", "/a.txt");
        assertThat(store.find(head).loaded(head).content()).isEqualTo(new Content.None(5));
    }

    @Test
    void each_who_gets_an_entry_reads_it_for_himself_and_nobody_can_change_it() {
        fill(found(get("/a.txt"), bytes("hello")));
        var first = (Content.Bytes) store.find(get("/a.txt")).loaded(get("/a.txt")).content();
        first.bytes().position(3);
        assertThat(text(store.find(get("/a.txt")).loaded(get("/a.txt")))).isEqualTo("hello");
        assertThatThrownBy(() -> first.bytes().put((byte) 1)).isInstanceOf(ReadOnlyBufferException.class);
    }

    @Test
    void only_whole_contents_that_may_be_kept_are() {
        fill(new Loaded(get("/a"), 404, "a", HttpFields.EMPTY, bytes("not found")));
        fill(new Loaded(get("/a"), 200, null, HttpFields.EMPTY, bytes("no resource")));
        fill(found(request("HEAD", "/a"), new Content.None(5)));
        fill(found(get("/a"), new Content.FileRegion(null, 0, 5)));
        fill(found(get("/a"), bytes("part"), new HttpField(HttpHeader.CONTENT_RANGE, "bytes 0-3/9")));
        fill(found(get("/a"), bytes("once"), new HttpField(HttpHeader.CACHE_CONTROL, "no-store")));
        fill(found(get("/a"), bytes("x".repeat(10_001))));
        assertThat(store.size()).isZero();
        fill(found(get("/a"), bytes("x".repeat(10_000))));
        assertThat(store.size()).isEqualTo(1);
    }

    @Test
    void who_takes_other_codings_gets_what_is_for_all_or_what_was_found_for_those() {
        var varies = new HttpField(HttpHeader.VARY, "Accept-Encoding");
        fill(found(get("/a", "gzip", "identity"), bytes("compressed"), varies));
        assertThat(store.find(get("/a"))).isNull();
        assertThat(store.find(get("/a", "br", "gzip", "identity"))).isNull();
        assertThat(text(store.find(get("/a", "gzip", "identity")).loaded(get("/a")))).isEqualTo("compressed");

        fill(found(get("/b", "gzip", "identity"), bytes("plain")));
        assertThat(text(store.find(get("/b")).loaded(get("/b")))).isEqualTo("plain");
        assertThat(store.find(get("/b", "gzip"))).as("a client that takes nothing without coding").isNull();
    }

    @Test
    void an_entry_is_found_as_long_as_it_is_fresh() {
        fill(found(get("/a"), bytes("old")));
        now.addAndGet(Duration.ofSeconds(59).toNanos());
        assertThat(store.find(get("/a"))).isNotNull();
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(store.find(get("/a"))).as("whoever asked for it did not make it fresh").isNull();
        fill(found(get("/a"), bytes("new")));
        assertThat(text(store.find(get("/a")).loaded(get("/a")))).isEqualTo("new");
    }

    @Test
    void it_weighs_no_more_than_it_may_however_much_is_kept() {
        for (int i = 0; i < 1000; i++) {
            fill(found(get("/" + i), bytes("x".repeat(i % 3 == 0 ? 0 : 5_000))));
            assertThat(store.bytes()).isLessThanOrEqualTo(100_000);
        }
        assertThat(store.bytes()).isGreaterThan(80_000);
    }

    @Test
    void other_limits_hold_for_what_is_there_already() {
        for (int i = 0; i < 15; i++) {
            fill(found(get("/" + i), bytes("x".repeat(5_000))));
        }
        store.limit(new Limits(30_000, 100, Duration.ofSeconds(10)));
        assertThat(store.bytes()).isBetween(20_000L, 30_000L);
        fill(found(get("/large"), bytes("x".repeat(101))));
        assertThat(store.find(get("/large"))).isNull();
        now.addAndGet(Duration.ofSeconds(10).toNanos());
        assertThat(store.bytes()).isZero();
    }

    @Test
    void limits_that_make_no_sense_are_refused_by_name() {
        assertThatThrownBy(() -> new Limits(-1, 1, Duration.ofSeconds(1))).hasMessageContaining("MAX_BYTES is -1");
        assertThatThrownBy(() -> new Limits(1, 1, Duration.ZERO)).hasMessageContaining("FRESH is PT0S");
    }
}
