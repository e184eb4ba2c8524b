package neurath.operator.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The texts of the web server's flows. */
class FlowTextsTest {
    private static final Pattern TLS = Pattern.compile("'[^']*' -> \\w+ tls|'https' -> SCHEME accept");

    private static List<String> lines(String name) throws IOException {
        try (InputStream text = FlowTextsTest.class.getResourceAsStream(name)) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#") && !line.isBlank())
                    .toList();
        }
    }

    @Test
    void the_secure_server_is_the_other_with_one_operator_more() throws IOException {
        List<String> secure = lines("/secure-web-server.fbp");
        assertThat(secure).anyMatch(line -> line.contains("OUT -> IN tls(http/tls) "));
        assertThat(secure.stream()
                .filter(line -> !TLS.matcher(line).matches())
                .map(line -> line.replace("OUT -> IN tls(http/tls) ", ""))
                .toList()).isEqualTo(lines("/web-server.fbp"));
    }
}
