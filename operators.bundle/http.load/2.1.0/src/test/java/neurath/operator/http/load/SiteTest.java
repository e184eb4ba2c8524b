package neurath.operator.http.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Set;
import neurath.operator.http.load.Site.File;
import neurath.operator.http.load.Site.Folder;
import neurath.operator.http.load.Site.Nothing;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SiteTest {
    private static final List<String> PLAIN = List.of("identity");

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
        site = new Site(root, "index.html", Set.of("br", "gzip"));
    }

    private File file(String path, String name, String coding) throws Exception {
        Path file = root.toRealPath().resolve(path);
        return new File(file, name, coding, Files.size(file), Files.getLastModifiedTime(file));
    }

    private void write(String name, FileTime modified) throws Exception {
        Files.setLastModifiedTime(Files.writeString(root.resolve(name), name), modified);
    }

    @Test
    void a_file_is_found_with_its_size_and_age() throws Exception {
        assertThat(site.find("/a.txt", PLAIN)).isEqualTo(file("a.txt", "a.txt", "identity"));
    }

    @Test
    void a_folder_stands_for_its_index() throws Exception {
        assertThat(site.find("/sub/", PLAIN)).isEqualTo(file("sub/index.html", "index.html", "identity"));
        assertThat(site.find("/sub", PLAIN)).isEqualTo(new Folder());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/none", "/", "/sub/empty/", "/sub/none/", "/a.txt/", "/a.txt/b", "/a\u0000.txt", "/../secret", "/sub/../../secret",
                "/../root-beside/secret"})
    void nothing_else_is_found(String path) throws Exception {
        assertThat(site.find(path, PLAIN)).isEqualTo(new Nothing(404));
    }

    @Test
    void a_name_too_long_for_a_file_is_not_found() throws Exception {
        assertThat(site.find("/" + "a".repeat(5000), PLAIN)).isEqualTo(new Nothing(404));
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
        assertThat(site.find("/in.txt", PLAIN)).isInstanceOf(File.class);
        for (String path : new String[] {"/out.txt", "/absolute.txt", "/outside/secret", "/beside/secret", "/loop", "/nowhere"}) {
            assertThat(site.find(path, PLAIN)).as(path).isEqualTo(new Nothing(404));
        }
    }

    @Test
    void the_coding_that_the_client_likes_best_is_found() throws Exception {
        FileTime now = Files.getLastModifiedTime(root.resolve("a.txt"));
        write("a.txt.gz", now);
        assertThat(site.find("/a.txt", List.of("br", "gzip", "identity"))).isEqualTo(file("a.txt.gz", "a.txt", "gzip"));
        write("a.txt.br", now);
        assertThat(site.find("/a.txt", List.of("br", "gzip", "identity"))).isEqualTo(file("a.txt.br", "a.txt", "br"));
        assertThat(site.find("/a.txt", List.of("gzip", "br"))).isEqualTo(file("a.txt.gz", "a.txt", "gzip"));
        assertThat(site.find("/a.txt", List.of("identity", "gzip"))).isEqualTo(file("a.txt", "a.txt", "identity"));
        assertThat(new Site(root, "index.html", Set.of("gzip")).find("/a.txt", List.of("br", "identity")))
                .isEqualTo(file("a.txt", "a.txt", "identity"));
    }

    @Test
    void a_client_that_takes_no_content_as_it_is_gets_none_where_no_coding_is_there() throws Exception {
        assertThat(site.find("/a.txt", List.of())).isEqualTo(new Nothing(406));
        assertThat(site.find("/a.txt", List.of("gzip"))).isEqualTo(new Nothing(406));
    }

    @Test
    void a_compressed_file_counts_only_if_it_is_a_file_and_not_older() throws Exception {
        FileTime modified = Files.getLastModifiedTime(root.resolve("a.txt"));
        write("a.txt.gz", FileTime.fromMillis(modified.toMillis() - 1000));
        Files.createSymbolicLink(root.resolve("a.txt.br"), folder.resolve("secret"));
        assertThat(site.find("/a.txt", List.of("br", "gzip", "identity"))).isEqualTo(file("a.txt", "a.txt", "identity"));
        Files.delete(root.resolve("a.txt.br"));
        Files.createDirectory(root.resolve("a.txt.br"));
        assertThat(site.find("/a.txt", List.of("br", "gzip", "identity"))).isEqualTo(file("a.txt", "a.txt", "identity"));
    }

    @Test
    void a_name_with_no_room_for_an_ending_is_found_all_the_same() throws Exception {
        String name = "a".repeat(254);
        Files.writeString(root.resolve(name), "");
        assertThat(site.find("/" + name, List.of("br", "gzip", "identity"))).isEqualTo(file(name, name, "identity"));
    }

    @Test
    void a_file_that_was_written_since_has_changed() throws Exception {
        File found = (File) site.find("/a.txt", PLAIN);
        assertThat(site.isUnchanged(found)).isTrue();
        write("a.txt", FileTime.fromMillis(found.modified().toMillis() + 1));
        assertThat(site.isUnchanged(found)).isFalse();
        Files.delete(root.resolve("a.txt"));
        assertThat(site.isUnchanged(found)).isFalse();
    }

    @Test
    void a_device_is_not_found() throws Exception {
        Files.createSymbolicLink(root.resolve("device"), Path.of("/dev/zero"));
        assertThat(site.find("/device", PLAIN)).isEqualTo(new Nothing(404));
        assertThat(new Site(Path.of("/dev"), "index.html", Set.of()).find("/zero", PLAIN)).isEqualTo(new Nothing(404));
    }

    @Test
    void a_root_may_be_a_link_and_must_be_a_folder() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), root);
        assertThat(new Site(link, "index.html", Set.of()).find("/a.txt", PLAIN)).isInstanceOf(File.class);
        assertThatThrownBy(() -> new Site(root.resolve("a.txt"), "index.html", Set.of())).isInstanceOf(FileSystemException.class);
        assertThatThrownBy(() -> new Site(root.resolve("none"), "index.html", Set.of())).isInstanceOf(FileSystemException.class);
    }
}
