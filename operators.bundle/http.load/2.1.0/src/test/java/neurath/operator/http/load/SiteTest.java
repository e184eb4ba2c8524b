package neurath.operator.http.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import neurath.operator.http.load.Site.File;
import neurath.operator.http.load.Site.Folder;
import neurath.operator.http.load.Site.Nothing;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SiteTest {
    @TempDir
    Path folder;

    private Path root;
    private Site site;

    @BeforeEach
    void build() throws Exception {
        root = Files.createDirectories(folder.resolve("root"));
        Files.writeString(folder.resolve("secret"), "secret");
        Files.createDirectory(folder.resolve("root-beside"));
        Files.writeString(folder.resolve("root-beside/secret"), "secret");
        Files.writeString(root.resolve("a.txt"), "12345");
        Files.createDirectories(root.resolve("sub/empty"));
        Files.writeString(root.resolve("sub/index.html"), "index");
        site = new Site(root, "index.html");
    }

    @Test
    void a_file_is_found_with_its_size() throws Exception {
        assertThat(site.find("/a.txt")).isEqualTo(new File(root.toRealPath().resolve("a.txt"), 5));
    }

    @Test
    void a_folder_stands_for_its_index() throws Exception {
        assertThat(site.find("/sub/")).isEqualTo(new File(root.toRealPath().resolve("sub/index.html"), 5));
        assertThat(site.find("/sub")).isEqualTo(new Folder());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/none", "/", "/sub/empty/", "/sub/none/", "/a.txt/", "/a.txt/b", "/a\u0000.txt", "/../secret", "/sub/../../secret",
                "/../root-beside/secret"})
    void nothing_else_is_found(String path) throws Exception {
        assertThat(site.find(path)).isEqualTo(new Nothing(404));
    }

    @Test
    void a_name_too_long_for_a_file_is_not_found() throws Exception {
        assertThat(site.find("/" + "a".repeat(5000))).isEqualTo(new Nothing(404));
    }

    @Test
    void a_symbolic_link_leads_inside_only() throws Exception {
        Files.createSymbolicLink(root.resolve("in.txt"), Path.of("a.txt"));
        Files.createSymbolicLink(root.resolve("out.txt"), Path.of("../secret"));
        Files.createSymbolicLink(root.resolve("absolute.txt"), folder.resolve("secret"));
        Files.createSymbolicLink(root.resolve("outside"), folder);
        Files.createSymbolicLink(root.resolve("beside"), folder.resolve("root-beside"));
        Files.createSymbolicLink(root.resolve("loop"), Path.of("loop"));
        Files.createSymbolicLink(root.resolve("nowhere"), Path.of("none"));
        assertThat(site.find("/in.txt")).isInstanceOf(File.class);
        for (String path : new String[] {"/out.txt", "/absolute.txt", "/outside/secret", "/beside/secret", "/loop", "/nowhere"}) {
            assertThat(site.find(path)).as(path).isEqualTo(new Nothing(404));
        }
    }

    @Test
    void a_device_is_not_found() throws Exception {
        Files.createSymbolicLink(root.resolve("device"), Path.of("/dev/zero"));
        assertThat(site.find("/device")).isEqualTo(new Nothing(404));
        assertThat(new Site(Path.of("/dev"), "index.html").find("/zero")).isEqualTo(new Nothing(404));
    }

    @Test
    void a_root_may_be_a_link_and_must_be_a_folder() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), root);
        assertThat(new Site(link, "index.html").find("/a.txt")).isInstanceOf(File.class);
        assertThatThrownBy(() -> new Site(root.resolve("a.txt"), "index.html")).isInstanceOf(FileSystemException.class);
        assertThatThrownBy(() -> new Site(root.resolve("none"), "index.html")).isInstanceOf(FileSystemException.class);
    }
}
