package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import neurath.build.OperatorJar;
import neurath.build.Repository;
import org.junit.After;
import org.junit.Test;

/** TLS is put into the running web server, gets another certificate, and is taken out again. */
public class SecureWebServerIT extends OnTheWebServer {
    private static final String PASSWORD = "only for tests";

    @After
    public void bringTheProductsGraphBack() throws Exception {
        shell.type("flow:update web-server " + productsText());
    }

    /** A key store of a new server, made by the JDK's keytool. */
    private Path keyStore(String name) throws Exception {
        Path store = folder.newFolder().toPath().resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias", "server", "-keyalg", "EC",
                "-dname", "CN=" + name, "-ext", "san=ip:127.0.0.1", "-validity", "2", "-storetype", "PKCS12", "-keystore", store.toString(),
                "-storepass", PASSWORD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(keytool.waitFor()).isZero();
        return store;
    }

    private static SSLContext trusting(Path store) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", keys.getCertificate("server"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private SSLSocket connect(Path store) throws Exception {
        InetSocketAddress address = server.address();
        var socket = (SSLSocket) trusting(store).getSocketFactory().createSocket(address.getAddress(), address.getPort());
        socket.setSoTimeout(10_000);
        return socket;
    }

    @Test
    public void connections_without_tls_live_on_and_a_renewed_certificate_is_for_those_that_come() throws Exception {
        deploy(OperatorJar.ofProduct("http.tls", FIRST));
        Path password = Files.writeString(folder.newFile().toPath(), PASSWORD);
        String secure = Files.readString(Repository.root().resolve("http.bundle/flow/src/main/resources/secure-web-server.fbp"))
                .replace("${http.password-file:server.password}", password.toString());
        Path first = keyStore("first");
        Path renewed = keyStore("renewed");
        server.unharmed(() -> {
            assertThat(update(secure.replace("${http.key-store:server.p12}", first.toString()))).contains("+ tls 1.0.0");
            try (SSLSocket old = connect(first)) {
                Requests.ask(old);
                assertThat(server.uri()).hasScheme("https");
                assertThat(update(secure.replace("${http.key-store:server.p12}", renewed.toString()))).contains("tls opened anew");
                try (SSLSocket next = connect(renewed)) {
                    Requests.ask(next);
                    Requests.ask(old);
                    assertThat(shell.type("flow:update web-server " + productsText())).contains("- tls");
                    assertThat(server.uri()).hasScheme("http");
                    Requests.ask(next);
                    Requests.ask(old);
                }
            }
        });
    }

    private String update(String text) throws Exception {
        return shell.type("flow:update web-server " + Files.writeString(folder.newFolder().toPath().resolve("secure.fbp"), text));
    }
}
