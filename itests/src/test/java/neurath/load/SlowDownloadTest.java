package neurath.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.After;
import org.junit.Test;

public class SlowDownloadTest {
    private static final Page LARGE = new Page("large.bin", 5_000_000);
    private static final Page SMALL = new Page("small.bin", 1_000);

    private final ExecutorService server = Executors.newSingleThreadExecutor();

    @After
    public void stopServer() {
        server.shutdownNow();
    }

    @Test
    public void a_download_lasts_until_it_is_told_to_hurry_and_the_pipelined_answer_follows() throws Exception {
        try (ServerSocket socket = serving(LARGE, SMALL);
                SlowDownload download = SlowDownload.start(addressOf(socket), 1_000_000, LARGE, SMALL)) {
            await().until(() -> download.taken() > 100_000);
            assertThat(download.inFlight()).isTrue();
            var answers = download.hurry().await(Duration.ofSeconds(5));
            assertThat(answers).extracting(SlowDownload.Answer::page).containsExactly(LARGE, SMALL);
            assertThat(answers.get(1).completedAt()).isGreaterThan(answers.get(0).completedAt());
        }
    }

    @Test
    public void answers_in_the_wrong_order_are_noticed() throws Exception {
        try (ServerSocket socket = serving(SMALL, LARGE);
                SlowDownload download = SlowDownload.start(addressOf(socket), 1_000_000, LARGE, SMALL)) {
            assertThatThrownBy(() -> download.hurry().await(Duration.ofSeconds(5))).hasMessageContaining("Content-Length 1000");
        }
    }

    @Test
    public void a_download_cut_short_is_noticed() throws Exception {
        try (ServerSocket socket = serving(LARGE);
                SlowDownload download = SlowDownload.start(addressOf(socket), 1_000_000, LARGE, SMALL)) {
            assertThatThrownBy(() -> download.hurry().await(Duration.ofSeconds(5)))
                    .hasMessageContaining("slow download after 5,000,000 bytes");
        }
    }

    private ServerSocket serving(Page... pages) throws Exception {
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var _ = server.submit(() -> {
            try (Socket connection = socket.accept();
                    InputStream in = connection.getInputStream();
                    OutputStream out = connection.getOutputStream()) {
                in.read();
                for (Page page : pages) {
                    byte[] body = new byte[(int) page.length()];
                    page.content().fill(body, 0, body.length, 0);
                    String head = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n";
                    out.write(head.getBytes(StandardCharsets.US_ASCII));
                    out.write(body);
                }
                connection.shutdownOutput();
                in.transferTo(OutputStream.nullOutputStream());
                return null;
            }
        });
        return socket;
    }

    private static InetSocketAddress addressOf(ServerSocket socket) {
        return new InetSocketAddress(socket.getInetAddress(), socket.getLocalPort());
    }
}
