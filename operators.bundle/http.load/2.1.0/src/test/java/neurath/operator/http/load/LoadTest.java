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

    private final Load load = new Load();

    @BeforeEach
    void open() throws Exception {
        Files.writeString(root.resolve("small.txt"), "x".repeat(100));
        Files.writeString(root.resolve("large.txt"), "y".repeat(101));
        load.open(new Workbench().set("ROOT", root).set("SMALL", 100));
    }

    private Loaded load(String method, String path) throws Exception {
        return load.apply(new Request(null, 0, method, null, path, HttpVersion.HTTP_1_1, HttpFields.EMPTY, List.of("identity")));
    }

    @Test
    void a_small_file_is_read_into_memory() throws Exception {
        assertThat(load("GET", "/small.txt").content()).isInstanceOfSatisfying(Content.Bytes.class,
                content -> assertThat(StandardCharsets.UTF_8.decode(content.bytes()).toString()).isEqualTo("x".repeat(100)));
    }

    @Test
    void a_larger_one_is_opened_for_the_reply() throws Exception {
        Content content = load("GET", "/large.txt").content();
        try {
            assertThat(content).isInstanceOfSatisfying(Content.FileRegion.class, region -> {
                assertThat(region.channel().isOpen()).isTrue();
                assertThat(region.position()).isZero();
                assertThat(region.length()).isEqualTo(101);
            });
        } finally {
            content.release();
        }
    }

    @Test
    void for_the_head_alone_nothing_is_read() throws Exception {
        assertThat(load("HEAD", "/small.txt").content()).isEqualTo(new Content.None(100));
        assertThat(load("HEAD", "/large.txt").content()).isEqualTo(new Content.None(101));
    }
}
