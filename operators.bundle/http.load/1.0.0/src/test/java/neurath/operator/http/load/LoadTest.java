package neurath.operator.http.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

class LoadTest {
    @TempDir
    Path root;

    private final Workbench bench = new Workbench();
    private final Load load = new Load();

    @BeforeEach
    void open() throws Exception {
        Files.writeString(root.resolve("allowed.txt"), "x".repeat(100));
        Files.writeString(root.resolve("large.txt"), "y".repeat(101));
        load.open(bench.set("ROOT", root).set("MAX_FILE_BYTES", 100));
    }

    private Loaded load(String path) throws Exception {
        return load.apply(new Request(null, 0, "GET", null, path, HttpVersion.HTTP_1_1, HttpFields.EMPTY, List.of("identity")));
    }

    @Test
    void a_file_up_to_the_limit_is_read_into_memory() throws Exception {
        assertThat(load("/allowed.txt").content()).isInstanceOfSatisfying(Content.Bytes.class,
                content -> assertThat(StandardCharsets.UTF_8.decode(content.bytes()).toString()).isEqualTo("x".repeat(100)));
        assertThat(bench.notes()).isEmpty();
    }

    @Test
    void a_larger_one_is_refused_and_a_note_says_what_to_do() throws Exception {
        assertThat(load("/large.txt").status()).isEqualTo(500);
        assertThat(bench.notes().get("refused")).contains("large.txt has 101 bytes, and MAX_FILE_BYTES is 100; raise it");
    }
}
