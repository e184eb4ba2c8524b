package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import neurath.build.OperatorJar;
import org.junit.After;
import org.junit.Test;

/** The access log is put into the running web server, and taken out again. */
public class AccessLogIT extends OnTheWebServer {
    private static final int CLIENTS = 4;
    private static final Pattern LINE = Pattern.compile(
            "127\\.0\\.0\\.1 - - \\[[^]]+] \"GET /page-00000\\.bin\\?client=(\\d+)&number=(\\d+) HTTP/1\\.1\" 200 (\\d+)");

    /** A client that asks with numbers, one request after the other. */
    private static final class Counting implements AutoCloseable {
        final int name;
        private final Socket socket;
        private volatile int asked;
        private volatile boolean isOver;

        Counting(int name, InetSocketAddress server) throws IOException {
            this.name = name;
            socket = new Socket(server.getAddress(), server.getPort());
            socket.setTcpNoDelay(true);
        }

        /** Asks until it is over; how often. */
        int ask() throws IOException {
            while (!isOver) {
                int number = asked + 1;
                Requests.ask(socket, "/page-00000.bin?client=" + name + "&number=" + number);
                asked = number;
            }
            return asked;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @After
    public void bringTheProductsGraphBack() throws Exception {
        shell.type("flow:update web-server " + productsText());
    }

    @Test
    public void each_request_after_the_switch_is_logged_once_and_none_before_and_none_is_lost() throws Exception {
        deploy(OperatorJar.ofProduct("http.log", FIRST));
        Path log = folder.newFolder().toPath().resolve("access.log");
        String text = Files.readString(productsText());
        String way = "compose OUT -> IN reply(http/reply";
        assertThat(text).contains(way);
        Path logged = Files.writeString(folder.newFile("logged.fbp").toPath(), text.replace(way,
                "compose OUT -> IN log(http/log) OUT -> IN reply(http/reply") + "\n'" + log + "' -> FILE log\n'PT0.1S' -> FLUSH log");

        var clients = new ArrayList<Counting>();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(new Counting(i, server.address()));
            }
            List<Future<Integer>> ends = clients.stream().map(client -> threads.submit(client::ask)).toList();
            try {
                for (int round = 0; round < 3; round++) {
                    awaitMore(clients, 20);
                    int[] before = asked(clients);
                    assertThat(shell.type("flow:update web-server " + logged)).contains("+ log 1.0.0");
                    int[] switched = asked(clients);
                    awaitMore(clients, 50);
                    int[] enough = asked(clients);
                    assertThat(shell.type("flow:update web-server " + productsText())).contains("- log");
                    int[] out = asked(clients);
                    awaitMore(clients, 20);
                    await("the log is closed").until(() -> server.flow().retirement().retiring().isEmpty());
                    List<MatchResult> lines = Files.readAllLines(log).stream().map(AccessLogIT::parsed).toList();
                    Files.delete(log);
                    for (Counting client : clients) {
                        int i = client.name;
                        List<Integer> numbers = lines.stream()
                                .filter(line -> line.group(1).equals(String.valueOf(i)))
                                .map(line -> Integer.valueOf(line.group(2)))
                                .toList();
                        assertThat(numbers).as("each once, in order, without a gap")
                                .isEqualTo(IntStream.rangeClosed(numbers.getFirst(), numbers.getLast()).boxed().toList());
                        assertThat(numbers.getFirst()).isGreaterThan(before[i]).isLessThanOrEqualTo(switched[i] + 2);
                        assertThat(numbers.getLast()).isGreaterThanOrEqualTo(enough[i]).isLessThanOrEqualTo(out[i] + 1);
                    }
                    assertThat(lines).allMatch(line -> line.group(3).equals("20000"));
                }
            } finally {
                clients.forEach(client -> client.isOver = true);
            }
            for (Future<Integer> end : ends) {
                assertThat(end.get()).isPositive();
            }
        } finally {
            for (Counting client : clients) {
                client.close();
            }
        }
    }

    private static MatchResult parsed(String line) {
        var matcher = LINE.matcher(line);
        assertThat(matcher.matches()).as(line).isTrue();
        return matcher.toMatchResult();
    }

    private static int[] asked(List<Counting> clients) {
        return clients.stream().mapToInt(client -> client.asked).toArray();
    }

    private static void awaitMore(List<Counting> clients, int more) {
        int[] now = asked(clients);
        await().until(() -> clients.stream().allMatch(client -> client.asked > now[client.name] + more));
    }
}
