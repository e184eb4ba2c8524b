package neurath.operator.http.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import neurath.api.Default;

/**
 * Who the server is, and how a handshake goes. Either a key store is given, or a certificate and its key.
 *
 * @param keyStore file with a private key and its certificates, PKCS #12
 * @param passwordFile file whose first line is the key store's password
 * @param certificate file with the server's certificate and those up to, but without, the root, PEM
 * @param key file with the certificate's private key, PEM (PKCS #8), not encrypted
 * @param protocols versions of TLS that are spoken, with commas between them
 * @param handshakeTimeout for a client to agree, from its acceptance on
 * @param sweep how often the time-out is looked at; it is kept to within two sweeps
 */
record Settings(
        @Default("") String keyStore,
        @Default("") String passwordFile,
        @Default("") String certificate,
        @Default("") String key,
        @Default("TLSv1.3,TLSv1.2") String protocols,
        @Default("PT10S") Duration handshakeTimeout,
        @Default("PT1S") Duration sweep) {
    private static final String[] APPLICATION_PROTOCOLS = {"http/1.1"};

    Settings {
        if (!sweep.isPositive()) {
            throw new IllegalArgumentException("SWEEP is " + sweep + "; give a duration above zero");
        }
        boolean isStore = !keyStore.isEmpty() && !passwordFile.isEmpty() && certificate.isEmpty() && key.isEmpty();
        boolean isPem = keyStore.isEmpty() && passwordFile.isEmpty() && !certificate.isEmpty() && !key.isEmpty();
        if (!isStore && !isPem) {
            throw new IllegalArgumentException("give KEY_STORE and PASSWORD_FILE, or else CERTIFICATE and KEY");
        }
    }

    /** Reads the certificates and the key. */
    Identity identity(String node) throws IOException {
        return keyStore.isEmpty()
                ? Identity.ofPem(node, Path.of(certificate), Path.of(key))
                : Identity.ofKeyStore(node, Path.of(keyStore), Path.of(passwordFile));
    }

    /** @throws IllegalArgumentException if a protocol is not known */
    void checkProtocols(String node, SSLContext context) {
        List<String> known = Arrays.asList(context.getSupportedSSLParameters().getProtocols());
        for (String protocol : protocols.split(",")) {
            if (!known.contains(protocol.strip())) {
                throw new IllegalArgumentException(
                        node + ".PROTOCOLS: '" + protocol.strip() + "' is not known; give some of " + String.join(",", known));
            }
        }
    }

    /** One side of a handshake that is about to begin. */
    SSLEngine engine(SSLContext context) {
        SSLEngine engine = context.createSSLEngine();
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(Arrays.stream(protocols.split(",")).map(String::strip).toArray(String[]::new));
        parameters.setApplicationProtocols(APPLICATION_PROTOCOLS);
        parameters.setUseCipherSuitesOrder(true);
        engine.setSSLParameters(parameters);
        return engine;
    }

    /** Whether the time-out has passed for certain after that many sweeps. */
    boolean isOver(long sweeps) {
        return sweeps > 0 && sweep.multipliedBy(sweeps - 1).compareTo(handshakeTimeout) >= 0;
    }
}
