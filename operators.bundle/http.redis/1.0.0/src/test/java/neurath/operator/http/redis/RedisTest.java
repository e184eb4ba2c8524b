package neurath.operator.http.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import neurath.http.Content;
import neurath.http.Loaded;
import neurath.http.Request;
import neurath.testing.RedisServer;
import neurath.testing.Workbench;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;

/** Against a real Redis, which stops, hangs and comes back. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RedisTest {
    /** More than the sockets between two processes hold. */
    private static final int LARGE = 64_000_000;

    /** Stands for the class loader of the operator's bundle. */
    private static final ClassLoader CODE = new ClassLoader() {};

    @TempDir
    Path folder;

    private final AtomicLong now = new AtomicLong();
    private RedisServer server;
    private Workbench bench;
    private Redis redis;

    @BeforeEach
    void start() throws Exception {
        server = new RedisServer(folder, RedisServer.freePort());
        open("PT10S", "PT1M");
    }

    @AfterEach
    void stop() throws Exception {
        redis.close();
        server.close();
        assertThat(Thread.getAllStackTraces().keySet()).as("no thread that goes on keeps the operator's code in memory")
                .noneMatch(thread -> thread.getContextClassLoader() == CODE);
    }

    /** Runs it as the code of a bundle. */
    private static void asOperator(ThrowingCallable code) throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(CODE);
        try {
            code.call();
        } catch (Exception e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private void open(String timeout, String fresh) throws Exception {
        if (redis != null) {
            redis.close();
        }
        bench = new Workbench().set("PORT", server.port()).set("TIMEOUT", timeout).set("RETRY", "PT5S").set("FRESH", fresh)
                .set("MAX_ENTRY_BYTES", LARGE);
        redis = new Redis(now::get);
        asOperator(() -> {
            redis.open(bench);
            redis.initialize(_ -> {});
        });
    }

    private Object ask(String path) throws Exception {
        asOperator(() -> bench.send("IN",
                new Request(null, 0, "GET", null, path, HttpVersion.HTTP_1_1, HttpFields.EMPTY, List.of("identity"))));
        return bench.taken(Object.class);
    }

    private boolean misses(String path) throws Exception {
        return ask(path) instanceof Request;
    }

    private void fill(String path, byte[] content) throws Exception {
        Request missed = (Request) ask(path);
        HttpFields fields = HttpFields.from(new HttpField(HttpHeader.ETAG, "\"ä\""));
        missed.fill().found(new Loaded(missed, 200, "a.txt", fields, new Content.Bytes(ByteBuffer.wrap(content))));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void fill(String path, String content) throws Exception {
        fill(path, bytes(content));
    }

    @Test
    void what_was_found_is_kept_a_moment_later_and_hit_by_another_server() throws Exception {
        fill("/ä.txt", "hello");
        redis.expired(bench.dueTimer());
        open("PT10S", "PT1M");
        Loaded hit = (Loaded) ask("/ä.txt");
        assertThat(hit.name()).isEqualTo("a.txt");
        assertThat(hit.fields().get(HttpHeader.ETAG)).isEqualTo("\"ä\"");
        assertThat(StandardCharsets.UTF_8.decode(((Content.Bytes) hit.content()).bytes()).toString()).isEqualTo("hello");
        assertThat(misses("/other.txt")).isTrue();
    }

    @Test
    void it_is_kept_before_the_next_request_where_one_comes() throws Exception {
        fill("/a.txt", "");
        assertThat(((Loaded) ask("/a.txt")).content().length()).isZero();
    }

    @Test
    void a_large_content_comes_back_whole() throws Exception {
        byte[] content = new byte[3_000_000];
        new java.util.Random(1).nextBytes(content);
        fill("/a.bin", content);
        assertThat(((Content.Bytes) ((Loaded) ask("/a.bin")).content()).bytes()).isEqualTo(ByteBuffer.wrap(content));
    }

    @Test
    void it_is_kept_as_long_as_it_is_fresh() throws Exception {
        open("PT10S", "PT0.05S");
        fill("/a.txt", "hello");
        await().until(() -> misses("/a.txt"));
    }

    @Test
    void what_is_found_while_too_much_waits_is_not_kept() throws Exception {
        Request missed = (Request) ask("/a.txt");
        for (int i = 0; i < 1000; i++) {
            missed.fill().found(new Loaded(missed, 200, "a", HttpFields.EMPTY, new Content.Bytes(ByteBuffer.allocate(10))));
        }
        assertThat(ask("/a.txt")).as("and nobody has waited").isInstanceOf(Loaded.class);
    }

    @Test
    void while_it_is_down_everything_is_a_miss_and_when_it_is_back_hits_are() throws Exception {
        fill("/a.txt", "hello");
        assertThat(misses("/a.txt")).isFalse();
        int port = server.port();
        server.close();
        for (int i = 0; i < 10; i++) {
            assertThat(misses("/a.txt")).isTrue();
        }
        server = new RedisServer(folder, port);
        fill("/a.txt", "hello");
        assertThat(misses("/a.txt")).as("it is not asked again at once").isTrue();
        now.addAndGet(Duration.ofSeconds(5).toNanos());
        fill("/a.txt", "hello");
        assertThat(misses("/a.txt")).isFalse();
    }

    @Test
    void one_that_hangs_is_asked_once_and_then_left_alone() throws Exception {
        open("PT0.1S", "PT1M");
        fill("/a.txt", "hello");
        assertThat(misses("/a.txt")).isFalse();
        server.signal("STOP");
        long began = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            assertThat(misses("/a.txt")).isTrue();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).as("a hundred times the time-out are ten seconds").isLessThan(
                Duration.ofSeconds(5));
        server.signal("CONT");
        now.addAndGet(Duration.ofSeconds(5).toNanos());
        await().until(() -> {
            now.addAndGet(Duration.ofSeconds(5).toNanos());
            return !misses("/a.txt");
        });
    }

    @Test
    void one_that_takes_nothing_holds_up_no_longer_than_the_time_out() throws Exception {
        open("PT0.1S", "PT1M");
        fill("/a.bin", new byte[LARGE]);
        server.signal("STOP");
        assertThat(misses("/b.bin")).isTrue();
        server.signal("CONT");
    }

    private static Client client(int port, Duration timeout) throws IOException {
        return new Client(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port), DefaultJedisClientConfig.builder().serverDefaultProtocol()
                        .clientSetInfoConfig(ClientSetInfoConfig.DISABLED).build(),
                timeout);
    }

    /** Writes a text so often, or until nobody takes it any more. */
    private static Thread writer(Socket connection, String text, int times) {
        return Thread.ofVirtual().start(() -> {
            try (connection) {
                for (int i = 0; i < times; i++) {
                    connection.getOutputStream().write(bytes(text));
                }
                connection.shutdownOutput();
                connection.getInputStream().readAllBytes();
            } catch (IOException gone) {
                return;
            }
        });
    }

    /** What a Redis is told about that answers so. */
    private static void assertTold(String answer, String message) throws Exception {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var client = client(other.getLocalPort(), Duration.ofSeconds(10));
                var connection = other.accept()) {
            Thread writer = writer(connection, answer, 1);
            assertThatThrownBy(() -> client.get(bytes("a"))).isInstanceOf(IOException.class).hasMessageContaining(message);
            client.close();
            writer.join();
        }
    }

    @Test
    void what_is_no_redis_is_told() throws Exception {
        assertTold("HTTP/1.1 400 Bad Request\r\n\r\n", "it closed the connection or is no Redis (Unknown reply: H)");
        assertTold("", "it closed the connection or is no Redis (Unexpected end of stream.)");
        assertTold("$5\r\nab", "it closed the connection or is no Redis (Unexpected end of stream.)");
        assertTold(":5\r\n", "it closed the connection or is no Redis");
        assertTold("$-7\r\n", "it closed the connection or is no Redis");
        assertTold("$2147483647\r\n", "it closed the connection or is no Redis");
        assertTold("*2147483647\r\n", "it closed the connection or is no Redis");
        assertTold("*1\r\n".repeat(1_000_000), "it closed the connection or is no Redis");
    }

    @Test
    void it_has_asked_once_before_the_first_request() {
        try (var jedis = new Jedis("127.0.0.1", server.port())) {
            assertThat(jedis.info("commandstats")).contains("cmdstat_get:calls=1,");
        }
    }

    private void openAs(String user, String password) throws Exception {
        redis.close();
        Path file = Files.writeString(folder.resolve("password"), password + "\nnot this\n");
        bench = new Workbench().set("PORT", server.port()).set("TIMEOUT", "PT10S").set("USER", user).set("PASSWORD_FILE", file);
        redis = new Redis(now::get);
        redis.open(bench);
    }

    @Test
    void a_redis_with_a_password_is_asked_with_it() throws Exception {
        try (var jedis = new Jedis("127.0.0.1", server.port())) {
            jedis.configSet("requirepass", "open sesame");
        }
        open("PT10S", "PT1M");
        fill("/a.txt", "hello");
        assertThat(misses("/a.txt")).as("without a password").isTrue();
        openAs("", "wrong");
        fill("/a.txt", "hello");
        assertThat(misses("/a.txt")).as("with a wrong one").isTrue();
        openAs("", "open sesame");
        fill("/a.txt", "hello");
        assertThat(misses("/a.txt")).isFalse();
    }

    @Test
    void a_user_is_asked_for_by_name() throws Exception {
        try (var jedis = new Jedis("127.0.0.1", server.port())) {
            jedis.aclSetUser("neurath", "on", ">open sesame", "~neurath:*", "+get", "+set");
            jedis.aclSetUser("default", "off");
        }
        openAs("neurath", "open sesame");
        fill("/a.txt", "hello");
        assertThat(misses("/a.txt")).isFalse();
    }

    @Test
    void a_password_that_cannot_be_read_is_told_before_it_is_put_in() throws Exception {
        redis = new Redis(now::get);
        assertThatThrownBy(() -> redis.open(new Workbench().set("PASSWORD_FILE", folder.resolve("none")))).isInstanceOf(IOException.class)
                .hasMessageContaining("workbench/node.PASSWORD_FILE: ")
                .hasMessageContaining("give a file whose first line is the password");
        assertThatThrownBy(() -> redis.open(new Workbench().set("USER", "neurath"))).hasStackTraceContaining("give the password too");
        redis = new Redis(now::get);
        redis.open(bench);
    }

    @Test
    void what_it_says_is_wrong_is_told() throws Exception {
        try (var jedis = new Jedis("127.0.0.1", server.port()); var client = client(server.port(), Duration.ofSeconds(10))) {
            jedis.lpush("a", "a list");
            assertThatThrownBy(() -> client.get(bytes("a"))).hasMessageContaining("it says WRONGTYPE");
        }
    }

    @Test
    void an_answer_that_trickles_is_given_up_after_the_time_out() throws Exception {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var client = client(other.getLocalPort(), Duration.ofMillis(200));
                var connection = other.accept()) {
            connection.getOutputStream().write(bytes("$2000000\r\n"));
            Thread trickle = writer(connection, "a", Integer.MAX_VALUE);
            long began = System.nanoTime();
            assertThatThrownBy(() -> client.get(bytes("a"))).hasMessage("it did not answer within 200 ms");
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
            trickle.join();
        }
    }

    @Test
    void an_entry_of_another_format_is_a_miss() throws Exception {
        try (var client = client(server.port(), Duration.ofSeconds(10))) {
            client.set(bytes("neurath:/a.txt"), new byte[] {2, 0}, Duration.ofMinutes(1));
        }
        assertThat(misses("/a.txt")).isTrue();
    }
}
