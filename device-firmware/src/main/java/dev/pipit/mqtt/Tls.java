package dev.pipit.mqtt;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS around a TCP socket: 1.3 and 1.2 only, the peer's name or address verified always. The files
 * are read for each connection.
 */
final class Tls {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    /** GeneralName types of a subjectAltName (RFC 5280, 4.2.1.6). */
    private static final int DNS_NAME = 2;

    private static final int IP_ADDRESS = 7;

    private static final char[] NO_PASSWORD = {};

    private Tls() {}

    /**
     * Shakes hands; after it the peer is who the URL names.
     *
     * @param host name or address, IPv6 without brackets
     * @throws IOException saying what was not acceptable
     */
    static SSLSocket wrap(Socket plain, String host, int port, TlsOptions options)
            throws IOException {
        SSLContext context = context(options);
        SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(PROTOCOLS);
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        if (!options.applicationProtocols().isEmpty()) {
            parameters.setApplicationProtocols(
                    options.applicationProtocols().toArray(String[]::new));
        }
        socket.setSSLParameters(parameters);
        try {
            socket.startHandshake();
        } catch (SSLException e) {
            throw new IOException("TLS with " + host + ":" + port + " failed: " + words(e), e);
        }
        requireAlternativeName(socket, host);
        return socket;
    }

    private static String words(Throwable e) {
        String words = String.valueOf(e.getMessage());
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            String message = cause.getMessage();
            if (message != null && !words.contains(message)) {
                words += ": " + message;
            }
        }
        return words;
    }

    /** The JDK falls back to the Common Name, which has not counted as a name since RFC 6125. */
    private static void requireAlternativeName(SSLSocket socket, String host) throws IOException {
        Certificate[] chain = socket.getSession().getPeerCertificates();
        if (chain[0] instanceof X509Certificate certificate) {
            Collection<List<?>> names;
            try {
                names = certificate.getSubjectAlternativeNames();
            } catch (CertificateParsingException e) {
                throw new IOException("the certificate of " + host + " cannot be read", e);
            }
            if (names != null) {
                for (List<?> name : names) {
                    if (name.get(0) instanceof Integer type
                            && (type == DNS_NAME || type == IP_ADDRESS)) {
                        return;
                    }
                }
            }
        }
        throw new IOException(
                "the certificate of "
                        + host
                        + " has only a Common Name: it needs a subjectAltName");
    }

    private static SSLContext context(TlsOptions options) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(options), trust(options), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS cannot be set up: " + e.getMessage(), e);
        }
    }

    private static TrustManager @Nullable [] trust(TlsOptions options)
            throws IOException, GeneralSecurityException {
        if (options.trust() == null) {
            return null;
        }
        KeyStore store = emptyStore();
        int number = 0;
        for (X509Certificate certificate : Pem.certificates(options.trust())) {
            store.setCertificateEntry("ca" + number++, certificate);
        }
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyManager @Nullable [] keys(TlsOptions options)
            throws IOException, GeneralSecurityException {
        if (options.certificate() == null || options.key() == null) {
            return null;
        }
        KeyStore store = emptyStore();
        store.setKeyEntry(
                "client",
                Pem.privateKey(options.key()),
                NO_PASSWORD,
                Pem.certificates(options.certificate()).toArray(Certificate[]::new));
        KeyManagerFactory factory =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
