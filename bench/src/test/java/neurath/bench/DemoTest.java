package neurath.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {
    @Test
    @Timeout(120)
    void it_shows_what_is_typed_what_clients_feel_meanwhile_and_where_the_picture_is(@TempDir Path folder) throws Exception {
        var said = new ByteArrayOutputStream();
        boolean unnoticed = new Demo(Demo.Length.TINY, folder, new PrintStream(said, true, StandardCharsets.UTF_8)).show();
        assertThat(said.toString(StandardCharsets.UTF_8))
                .containsSubsequence(
                        "$ ./neurath shell install target/operators/neurath.operator.http.load-2.0.0.jar", "$ ./neurath shell start ",
                        "$ ./neurath shell uninstall ", " 0 failed, 0 of 30 connections dropped", "demo.html")
                .containsPattern("(?m)^ +1 s +[\\d,]+ answers/s +p50 +[\\d.]+ ms +p99");
        assertThat(unnoticed).isTrue();
        assertThat(folder.resolve("demo.html")).content().contains("<svg");
    }
}
