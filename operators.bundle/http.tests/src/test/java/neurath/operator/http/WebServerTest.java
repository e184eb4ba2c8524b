package neurath.operator.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import neurath.operator.http.Client.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(strings = {"1.0.0", "2.0.0"})
class WebServerTest {
    @TempDir
    Path folder;

    private final String pair;
    private WebServer server;

    WebServerTest(String pair) {
        this.pair = pair;
    }

    @BeforeEach
    void start() throws Exception {
        Path root = Files.createDirectory(folder.resolve("root"));
        Files.writeString(root.resolve("hello.txt"), "hello\n");
        server = new WebServer.Settings(root).pair(pair).start();
    }

    @AfterEach
    void stop() throws Exception {
        server.failures().forEach(Throwable::printStackTrace);
        server.close();
    }

    @Test
    void one_connection_carries_many_requests() throws Exception {
        try (Client client = new Client(server.address())) {
            for (int i = 0; i < 100; i++) {
                Answer answer = client.get("/hello.txt");
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.body()).isEqualTo("hello\n".getBytes(UTF_8));
            }
        }
    }
}
