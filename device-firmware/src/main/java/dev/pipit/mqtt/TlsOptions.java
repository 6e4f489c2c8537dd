package dev.pipit.mqtt;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to trust the broker and be trusted by it, for {@code mqtts://} and {@code wss://}. TLS 1.3
 * and 1.2; the host name or IP address of the URL is always verified. The files are read again for
 * each connection, so a renewed certificate needs no restart.
 *
 * @param trust PEM file with one or more CA certificates; {@code null}: those of the Java runtime
 * @param certificate PEM file with the client's certificate, then its intermediates; {@code null}:
 *     none
 * @param key PEM file with the client's private key (PKCS#8, PKCS#1 RSA or SEC 1 EC, unencrypted),
 *     readable by its owner only
 * @param applicationProtocols ALPN, such as {@code mqtt} for brokers on port 443; empty: none
 */
public record TlsOptions(
        @Nullable Path trust,
        @Nullable Path certificate,
        @Nullable Path key,
        List<String> applicationProtocols) {
    /** The runtime's CA certificates, no client certificate. */
    public static final TlsOptions DEFAULT = new TlsOptions(null, null, null, List.of());

    public TlsOptions {
        applicationProtocols = List.copyOf(applicationProtocols);
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException(
                    certificate == null
                            ? "a key without a certificate: give both or none"
                            : "a certificate without a key: give both or none");
        }
    }
}
