package neurath.operator.http.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collections;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * Who the server is, and can prove to be.
 *
 * @param context what handshakes begin with
 * @param description for people: whose certificate, and how long it is valid
 */
record Identity(SSLContext context, String description) {
    private static final int SESSIONS = 1000;
    private static final Pattern KEY = Pattern.compile("-----BEGIN ([A-Z0-9 ]*)PRIVATE KEY-----([^-]*)-----END");

    /** From a PKCS #12 file, with its password in the first line of another. */
    static Identity ofKeyStore(String node, Path file, Path passwordFile) throws IOException {
        String password = text(node + ".PASSWORD_FILE", passwordFile).lines().findFirst().orElse("");
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, password.toCharArray());
            return of(store, password.toCharArray());
        } catch (IOException | GeneralSecurityException e) {
            throw new IOException(node + ".KEY_STORE: " + file + " cannot be used: " + reason(e)
                    + "; give a PKCS #12 file with one private key, and its password in the first line of PASSWORD_FILE", e);
        }
    }

    /** From two PEM files (RFC 7468): the certificate with those that have signed it, and its key. */
    static Identity ofPem(String node, Path certificate, Path key) throws IOException {
        Certificate[] chain;
        try (InputStream in = Files.newInputStream(certificate)) {
            chain = CertificateFactory.getInstance("X.509").generateCertificates(in).toArray(Certificate[]::new);
        } catch (IOException | GeneralSecurityException e) {
            throw new IOException(node + ".CERTIFICATE: " + certificate + " cannot be used: " + reason(e)
                    + "; give certificates as PEM, the server's first", e);
        }
        if (chain.length == 0) {
            throw new IOException(
                    node + ".CERTIFICATE: there is none in " + certificate + "; give certificates as PEM, the server's first");
        }
        Matcher found = KEY.matcher(text(node + ".KEY", key));
        if (!found.find() || !found.group(1).isEmpty()) {
            throw new IOException(node + ".KEY: " + key + " holds no key that begins with -----BEGIN PRIVATE KEY-----; "
                    + "make one of it by openssl pkcs8 -topk8 -nocrypt");
        }
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(found.group(2));
            PrivateKey secret =
                    KeyFactory.getInstance(chain[0].getPublicKey().getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            checkPair(secret, chain[0]);
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("server", secret, new char[0], chain);
            return of(store, new char[0]);
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            throw new IOException(node + ".KEY: " + key + " is no key of the certificate in " + certificate + ": " + e.getMessage(), e);
        }
    }

    private static Identity of(KeyStore store, char[] password) throws GeneralSecurityException {
        X509Certificate certificate = null;
        for (String alias : Collections.list(store.aliases())) {
            if (store.isKeyEntry(alias) && store.getCertificate(alias) instanceof X509Certificate found) {
                certificate = found;
            }
        }
        if (certificate == null) {
            throw new GeneralSecurityException("there is no private key in it");
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        context.getServerSessionContext().setSessionCacheSize(SESSIONS);
        return new Identity(context, certificate.getSubjectX500Principal().getName() + ", valid until "
                + certificate.getNotAfter().toInstant());
    }

    /** Whether a key is the other half of the one in a certificate: what it signs, that verifies. */
    private static void checkPair(PrivateKey key, Certificate certificate) throws GeneralSecurityException {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        byte[] text = "neurath".getBytes(StandardCharsets.US_ASCII);
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(text);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        signature.update(text);
        if (!signature.verify(signed)) {
            throw new GeneralSecurityException("what it signs does not verify by the certificate");
        }
    }

    private static String text(String parameter, Path file) throws IOException {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new IOException(parameter + ": " + file + " cannot be read: " + reason(e) + "; name a file that can", e);
        }
    }

    private static String reason(Exception e) {
        return e instanceof NoSuchFileException ? "there is no such file" : e.getMessage();
    }
}
