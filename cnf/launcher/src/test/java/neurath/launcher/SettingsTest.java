package neurath.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    @TempDir
    private Path top;

    private Path home;

    @BeforeEach
    void anInstallation() throws IOException {
        Files.createDirectories(top.resolve("cnf/welcome"));
        Files.writeString(top.resolve("cnf/platform.properties"), "framework.of.the.product = 1\nframework.http.sweep = PT9S\n");
        home = Files.createDirectory(top.resolve("home"));
    }

    private void set(String lines) throws IOException {
        Files.writeString(home.resolve("neurath.properties"), lines);
    }

    private Map<String, String> propertiesWith(String... options) {
        return new Platform(new Installation(top), RunOptions.parse(options, home)).properties();
    }

    @Test
    void without_a_file_the_product_s_own_properties_hold_and_the_welcome_site_is_served() {
        assertThat(propertiesWith())
                .containsEntry("of.the.product", "1")
                .containsEntry("http.root", home.resolve("welcome").toString())
                .containsEntry("neurath.welcome", home.resolve("welcome").toString())
                .doesNotContainKeys("http.port", "http.host");
    }

    @Test
    void a_setting_of_the_home_goes_before_the_product_s() throws IOException {
        set("http.idle-timeout = PT5S\nhttp.sweep=PT2S  \n");
        assertThat(propertiesWith()).containsEntry("http.idle-timeout", "PT5S").containsEntry("http.sweep", "PT2S");
    }

    @Test
    void an_option_goes_before_a_setting_of_the_home() throws IOException {
        set("http.port = 81\nhttp.host = 127.0.0.2\nhttp.root = " + home);
        assertThat(propertiesWith()).containsEntry("http.port", "81").containsEntry("http.root", home.toString())
                .doesNotContainKey("neurath.welcome");
        assertThat(propertiesWith("--port", "0", "--root", top.toString()))
                .containsEntry("http.port", "0")
                .containsEntry("http.host", "127.0.0.2")
                .containsEntry("http.root", top.toString());
    }

    @Test
    void a_file_that_cannot_be_read_is_named() throws IOException {
        set("http.root = \\u00zz");
        assertThatThrownBy(this::propertiesWith)
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining(home.resolve("neurath.properties").toString());
    }
}
