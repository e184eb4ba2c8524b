package neurath.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A server's key and certificate for {@code localhost}, made by the JDK's keytool, as files in both forms.
 *
 * @param keyStore PKCS #12
 * @param passwordFile the password in its first line
 * @param certificate PEM
 * @param key PEM
 */
public record Identity(String name, Path keyStore, Path passwordFile, Path certificate, Path key) {
    private static final String PASSWORD = "only for tests";

    /**
     * Makes one.
     *
     * @param name of whom; clients do not care
     */
    public static Identity make(Path folder, String name) throws IOException, InterruptedException, GeneralSecurityException {
        var identity = new Identity(name, folder.resolve(name + ".p12"), folder.resolve(name + ".password"), folder.resolve(name + ".pem"),
                folder.resolve(name + ".key"));
        Files.writeString(identity.passwordFile, PASSWORD + "\n");
        Process keytool = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias", "server", "-keyalg", "EC",
                "-groupname", "secp256r1", "-validity", "2", "-dname", "CN=" + name, "-ext", "san=dns:localhost,ip:127.0.0.1",
                "-storetype", "PKCS12", "-keystore", identity.keyStore.toString(), "-storepass", PASSWORD)
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool: " + said);
        }
        KeyStore store = identity.load();
        Files.writeString(identity.certificate, pem("CERTIFICATE", store.getCertificate("server").getEncoded()));
        Files.writeString(identity.key, pem("PRIVATE KEY", store.getKey("server", PASSWORD.toCharArray()).getEncoded()));
        return identity;
    }

    private static String pem(String what, byte[] content) {
        return "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END " + what + "-----\n";
    }

    private KeyStore load() throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(keyStore)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD.toCharArray());
            return store;
        }
    }

    /** For clients that trust these and nobody else. */
    public static SSLContext trusting(Identity... identities) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        for (Identity identity : List.of(identities)) {
            trusted.setCertificateEntry(identity.name, identity.x509());
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /** What clients are shown. */
    public X509Certificate x509() throws IOException, GeneralSecurityException {
        return (X509Certificate) load().getCertificate("server");
    }
}
