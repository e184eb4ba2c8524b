package neurath.http.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import neurath.http.Request;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrawlTest {
    private static final Duration FRESH = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private Path root;
    private final Store store = new Store(new Limits(1_000_000, 10_000, FRESH));

    @BeforeEach
    void build() throws IOException {
        root = Files.createDirectories(folder.resolve("root"));
        Files.writeString(folder.resolve("secret"), "secret");
        Files.writeString(root.resolve("a.txt"), "hello");
        Files.createDirectories(root.resolve("sub/deep"));
        Files.writeString(root.resolve("sub/index.html"), "index");
        Files.writeString(root.resolve("sub/deep/ä b.txt"), "");
    }

    private String read(String path) {
        Entry entry = store.find(new Request(null, 0, "GET", null, path, HttpVersion.HTTP_1_1, HttpFields.EMPTY, List.of("identity")));
        return entry == null ? null : StandardCharsets.UTF_8.decode(entry.bytes().duplicate()).toString();
    }

    @Test
    void every_file_is_read_by_its_path_and_a_folder_by_that_of_its_index() throws Exception {
        var crawl = new Crawl(root, "index.html", "gzip,br");
        assertThat(crawl.read(store, Long.MAX_VALUE)).isFalse();
        assertThat(read("/a.txt")).isEqualTo("hello");
        assertThat(read("/sub/index.html")).isEqualTo("index");
        assertThat(read("/sub/")).isEqualTo("index");
        assertThat(read("/sub/deep/ä b.txt")).isEmpty();
        assertThat(store.size()).isEqualTo(4);
        assertThat(crawl).hasToString("3 files, 10 bytes");
    }

    @Test
    void what_is_no_file_of_the_folder_or_is_hidden_or_too_large_is_left_to_those_who_ask() throws Exception {
        Files.createSymbolicLink(root.resolve("out.txt"), folder.resolve("secret"));
        Files.createSymbolicLink(root.resolve("up"), folder);
        Files.createSymbolicLink(root.resolve("loop"), root);
        Files.writeString(root.resolve(".htpasswd"), "secret");
        Files.writeString(root.resolve("large.txt"), "x".repeat(10_001));
        Files.writeString(root.resolve("coded.txt"), "coded");
        Files.writeString(root.resolve("coded.txt.br"), "x");
        new Crawl(root, "index.html", "gzip,br").read(store, Long.MAX_VALUE);
        assertThat(store.size()).isEqualTo(5);
        assertThat(read("/coded.txt.br")).as("under its own name").isEqualTo("x");
    }

    @Test
    void it_reads_a_share_at_a_time_and_goes_on_where_it_was() throws Exception {
        for (int i = 0; i < 20; i++) {
            Files.writeString(root.resolve(i + ".txt"), "x".repeat(1000));
        }
        var crawl = new Crawl(root, "index.html", "gzip,br");
        int turns = 1;
        long before = 0;
        while (crawl.read(store, 10_000)) {
            turns++;
            assertThat(store.size() - before).isLessThanOrEqualTo(4);
            before = store.size();
        }
        assertThat(turns).isGreaterThan(5);
        assertThat(store.size()).isEqualTo(24);
    }

    @Test
    void it_stops_when_the_store_is_full() throws Exception {
        for (int i = 0; i < 50; i++) {
            Files.writeString(root.resolve(i + ".txt"), "x".repeat(1000));
        }
        var small = new Store(new Limits(5_000, 10_000, FRESH));
        var crawl = new Crawl(root, "index.html", "gzip,br");
        assertThat(crawl.read(small, Long.MAX_VALUE)).isFalse();
        assertThat(Integer.parseInt(crawl.toString().split(" ")[0])).isBetween(5, 10);
    }

    @Test
    void what_goes_away_meanwhile_is_left_out() throws Exception {
        for (int i = 0; i < 20; i++) {
            Files.writeString(root.resolve(i + ".txt"), "x".repeat(1000));
        }
        var crawl = new Crawl(root, "index.html", "gzip,br");
        assertThat(crawl.read(store, 10_000)).isTrue();
        for (int i = 0; i < 20; i++) {
            Files.delete(root.resolve(i + ".txt"));
        }
        assertThat(crawl.read(store, Long.MAX_VALUE)).isFalse();
        assertThat(store.size()).isLessThan(10);
    }

    @Test
    void a_root_must_be_a_folder() {
        assertThatThrownBy(() -> new Crawl(root.resolve("a.txt"), "index.html", "")).isInstanceOf(NotDirectoryException.class);
        assertThatThrownBy(() -> new Crawl(root.resolve("none"), "index.html", "")).isInstanceOf(NoSuchFileException.class);
    }
}
