package neurath.operator.http.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import neurath.http.Connection;
import neurath.testing.Identity;
import neurath.testing.Workbench;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
    @TempDir
    static Path folder;

    private static Identity first;
    private static Identity second;
    private static SSLContext trust;

    @BeforeAll
    static void make() throws Exception {
        first = Identity.make(folder, "first");
        second = Identity.make(folder, "second");
        trust = Identity.trusting(first, second);
    }

    private static Workbench bench(Identity identity) {
        return new Workbench().set("KEY_STORE", identity.keyStore()).set("PASSWORD_FILE", identity.passwordFile());
    }

    private static Object shownTo(SSLSocket client) throws Exception {
        return client.getSession().getPeerCertificates()[0];
    }

    @Test
    void a_client_that_agrees_is_handed_on_and_watched_no_more() throws Exception {
        try (Server server = Server.agreed(bench(first), trust)) {
            assertThat(server.bench.taken(Connection.class)).isSameAs(server.connection);
            assertThat(server.client.getSession().getProtocol()).isEqualTo("TLSv1.3");
            assertThat(shownTo(server.client)).isEqualTo(first.x509());
            assertThat(server.tls.state().connections()).isEmpty();
            assertThat(server.bench.notes().get("certificate")).startsWith("CN=first, valid until 20");
        }
    }

    @Test
    void the_older_protocol_and_pem_files_will_do() throws Exception {
        Workbench bench = new Workbench().set("CERTIFICATE", first.certificate()).set("KEY", first.key());
        try (Server server = Server.agreed(bench, trust, "TLSv1.2")) {
            assertThat(server.client.getSession().getProtocol()).isEqualTo("TLSv1.2");
            assertThat(shownTo(server.client)).isEqualTo(first.x509());
        }
    }

    @Test
    void the_next_protocol_is_agreed_upon() throws Exception {
        try (Server server = new Server(bench(first), trust)) {
            SSLParameters parameters = server.client.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
            server.client.setSSLParameters(parameters);
            server.shakeHands();
            assertThat(server.client.getApplicationProtocol()).isEqualTo("http/1.1");
        }
    }

    @Test
    void who_wants_another_protocol_only_is_told_so() throws Exception {
        try (Server server = new Server(bench(first).set("PROTOCOLS", "TLSv1.3"), trust, "TLSv1.2")) {
            CompletableFuture<Void> client = Server.beside(server.client::startHandshake);
            server.until(() -> !server.sockets.server().isOpen());
            assertThatThrownBy(() -> client.get(10, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasMessageContaining("protocol_version");
            assertThat(server.bench.notes().get("refused last")).startsWith("connection 1: ");
            assertThat(server.bench.taken(Connection.class)).isNull();
        }
    }

    @Test
    void a_handshake_half_done_goes_on_in_the_next_version_and_the_next_one_gets_its_certificate() throws Exception {
        try (Server server = new Server(bench(first), trust); Server next = new Server(bench(second), trust)) {
            CompletableFuture<Void> client = Server.beside(server.client::startHandshake);
            server.until(() -> server.watch.wakes() > 0);
            server.tls.ready(server.connection, 0);

            Tls successor = new Tls();
            Workbench bench = bench(second);
            successor.open(bench);
            successor.restore(server.tls.state());
            server.tls.close();
            server.tls = successor;
            server.until(server::isHandedOn);
            client.get(10, TimeUnit.SECONDS);
            assertThat(bench.taken(Connection.class)).isSameAs(server.connection);
            assertThat(shownTo(server.client)).isEqualTo(first.x509());

            next.shakeHands();
            assertThat(shownTo(next.client)).isEqualTo(second.x509());
        }
    }

    @Test
    void computations_are_done_one_in_a_turn() throws Exception {
        try (Server server = new Server(bench(first), trust); Server other = new Server(server, trust);
                Server another = new Server(server, trust)) {
            for (Server each : List.of(server, other, another)) {
                var _ = Server.beside(each.client::startHandshake);
                each.tls.ready(each.connection, each.await(SelectionKey.OP_READ));
            }
            assertThat(server.tls.state().computing()).containsExactly(server.connection, other.connection, another.connection);
            assertThat(server.watch.wakes()).isEqualTo(1);
            assertThat(other.watch.wakes()).as("not its turn yet").isZero();

            server.tls.ready(server.connection, 0);
            assertThat(server.tls.state().computing()).startsWith(other.connection, another.connection);
            assertThat(other.watch.wakes()).isEqualTo(1);
            assertThat(another.watch.wakes()).as("not its turn yet").isZero();
        }
    }

    @Test
    void who_does_not_agree_within_the_time_is_closed() throws Exception {
        try (Server server = new Server(bench(first).set("HANDSHAKE_TIMEOUT", "PT2S"), trust)) {
            for (int i = 0; i < 2; i++) {
                server.tls.expired(server.bench.dueTimer());
                assertThat(server.sockets.server().isOpen()).isTrue();
            }
            server.tls.expired(server.bench.dueTimer());
            assertThat(server.sockets.server().isOpen()).isFalse();
            assertThat(server.tls.state().connections()).isEmpty();
        }
    }

    @Test
    void who_speaks_http_is_told_to_speak_https() throws Exception {
        try (Server server = new Server(bench(first), trust)) {
            server.sockets.client().write(ByteBuffer.wrap("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            server.until(() -> !server.sockets.server().isOpen());
            String answer = new String(server.sockets.receive(1000), StandardCharsets.US_ASCII);
            assertThat(answer).startsWith("HTTP/1.1 400 ").contains("Connection: close\r\n").endsWith("https:// here.\n");
            int body = answer.length() - answer.indexOf("\r\n\r\n") - 4;
            assertThat(answer).contains("Content-Length: " + body + "\r\n");
            assertThat(server.sockets.receive(1)).isEmpty();
        }
    }

    @Test
    void who_speaks_anything_else_is_closed() throws Exception {
        try (Server server = new Server(bench(first), trust)) {
            server.sockets.client().write(ByteBuffer.wrap(new byte[] {0, 1, 2, 3}));
            server.until(() -> !server.sockets.server().isOpen());
            assertThat(server.bench.notes().get("refused last")).contains("does not speak TLS");
        }
    }

    @Test
    void a_client_that_goes_in_the_middle_leaves_nothing() throws Exception {
        try (Server server = new Server(bench(first), trust)) {
            server.sockets.client().write(ByteBuffer.wrap(new byte[] {22, 3, 1}));
            server.sockets.client().shutdownOutput();
            server.until(() -> !server.sockets.server().isOpen());
            assertThat(server.tls.state().connections()).isEmpty();
        }
    }

    @Test
    void what_is_wrong_with_the_files_is_said_before_anything_runs() throws Exception {
        Path wrong = Files.writeString(folder.resolve("wrong"), "nothing like it");
        Path rsa = Files.writeString(folder.resolve("rsa"), "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n");
        refuses(new Workbench(), "give KEY_STORE and PASSWORD_FILE, or else CERTIFICATE and KEY");
        refuses(new Workbench().set("CERTIFICATE", first.certificate()), "give KEY_STORE and PASSWORD_FILE, or else CERTIFICATE and KEY");
        refuses(bench(first).set("KEY_STORE", folder.resolve("none")), "workbench/node.KEY_STORE", "there is no such file");
        refuses(bench(first).set("PASSWORD_FILE", wrong), "workbench/node.KEY_STORE", "password");
        refuses(bench(first).set("PASSWORD_FILE", folder.resolve("none")), "workbench/node.PASSWORD_FILE", "there is no such file");
        refuses(new Workbench().set("CERTIFICATE", wrong).set("KEY", first.key()), "workbench/node.CERTIFICATE");
        refuses(new Workbench().set("CERTIFICATE", first.certificate()).set("KEY", rsa), "workbench/node.KEY", "openssl pkcs8");
        refuses(new Workbench().set("CERTIFICATE", first.certificate()).set("KEY", second.key()), "is no key of the certificate");
        refuses(bench(first).set("PROTOCOLS", "TLSv9"), "workbench/node.PROTOCOLS", "TLSv1.3");
        refuses(bench(first).set("SWEEP", "PT0S"), "SWEEP is PT0S");
    }

    private static void refuses(Workbench bench, String... said) {
        assertThatThrownBy(() -> new Tls().open(bench)).satisfies(refusal -> {
            String all = Stream.iterate(refusal, Objects::nonNull, Throwable::getCause)
                    .map(Throwable::getMessage)
                    .collect(Collectors.joining(" / "));
            assertThat(all).contains(said);
        });
    }
}
