package dev.pipit.testkit;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * X.509 certificates for tests, good and bad, written as DER (RFC 5280) because the JDK can read
 * them but not make them.
 */
public final class Certificates {
    private static final byte[] ECDSA_SHA256 =
            seq(oid(0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02));
    private static final byte[] RSA_SHA256 =
            seq(oid(0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0B), tlv(0x05));
    private static final byte[] COMMON_NAME = oid(0x55, 0x04, 0x03);
    private static final byte[] SUBJECT_ALT_NAME = oid(0x55, 0x1D, 0x11);
    private static final byte[] BASIC_CONSTRAINTS = oid(0x55, 0x1D, 0x13);
    private static final byte[] EXTENDED_KEY_USAGE = oid(0x55, 0x1D, 0x25);
    private static final byte[] SERVER_AUTH = oid(0x2B, 6, 1, 5, 5, 7, 3, 1);
    private static final byte[] CLIENT_AUTH = oid(0x2B, 6, 1, 5, 5, 7, 3, 2);
    private static long serial = 1;

    private Certificates() {}

    /** A certificate and its key. */
    public record Identity(X509Certificate certificate, PrivateKey key, KeyPair pair) {
        public Path writeCertificate(Path file) throws IOException, GeneralSecurityException {
            return Files.writeString(file, pem("CERTIFICATE", certificate.getEncoded()));
        }

        /** PKCS#8, readable by its owner only. */
        public Path writeKey(Path file) throws IOException {
            Files.writeString(file, pem("PRIVATE KEY", key.getEncoded()));
            return Files.setPosixFilePermissions(
                    file, PosixFilePermissions.fromString("rw-------"));
        }
    }

    /** What a certificate is to say; the defaults are a good server of 127.0.0.1 and localhost. */
    public static final class Request {
        private String name = "localhost";
        private List<String> alternatives = List.of("localhost", "127.0.0.1");
        private Instant from = Instant.now().minusSeconds(3_600);
        private Instant until = Instant.now().plusSeconds(86_400);
        private boolean authority;
        private byte @Nullable [] usage = SERVER_AUTH;
        private String algorithm = "EC";

        public Request name(String value) {
            name = value;
            return this;
        }

        public Request alternatives(String... value) {
            alternatives = List.of(value);
            return this;
        }

        public Request from(Instant value) {
            from = value;
            return this;
        }

        public Request until(Instant value) {
            until = value;
            return this;
        }

        public Request authority() {
            authority = true;
            usage = null;
            return this;
        }

        public Request forClients() {
            usage = CLIENT_AUTH;
            return this;
        }

        public Request rsa() {
            algorithm = "RSA";
            return this;
        }

        public Identity selfSigned() throws GeneralSecurityException, IOException {
            KeyPair pair = pair();
            return issue(pair, name, pair.getPrivate());
        }

        public Identity signedBy(Identity issuer) throws GeneralSecurityException, IOException {
            String issuerName = issuer.certificate.getSubjectX500Principal().getName();
            return issue(pair(), issuerName.substring("CN=".length()), issuer.key);
        }

        private KeyPair pair() throws GeneralSecurityException {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(algorithm.equals("EC") ? 256 : 2_048);
            return generator.generateKeyPair();
        }

        private Identity issue(KeyPair pair, String issuer, PrivateKey signer)
                throws GeneralSecurityException, IOException {
            boolean ec = signer.getAlgorithm().equals("EC");
            byte[] signatureAlgorithm = ec ? ECDSA_SHA256 : RSA_SHA256;
            List<byte[]> extensions = new ArrayList<>();
            if (!alternatives.isEmpty()) {
                List<byte[]> names = new ArrayList<>();
                for (String alternative : alternatives) {
                    names.add(
                            Character.isDigit(alternative.charAt(0))
                                    ? tlv(0x87, InetAddress.getByName(alternative).getAddress())
                                    : tlv(0x82, ascii(alternative)));
                }
                extensions.add(extension(SUBJECT_ALT_NAME, seq(names.toArray(byte[][]::new))));
            }
            if (authority) {
                extensions.add(extension(BASIC_CONSTRAINTS, seq(tlv(0x01, new byte[] {-1}))));
            }
            if (usage != null) {
                extensions.add(extension(EXTENDED_KEY_USAGE, seq(usage)));
            }
            byte[] body =
                    seq(
                            tlv(0xA0, tlv(0x02, new byte[] {2})),
                            tlv(0x02, BigInteger.valueOf(serial++).toByteArray()),
                            signatureAlgorithm,
                            commonName(issuer),
                            seq(time(from), time(until)),
                            commonName(name),
                            pair.getPublic().getEncoded(),
                            tlv(0xA3, seq(extensions.toArray(byte[][]::new))));
            Signature signature = Signature.getInstance(ec ? "SHA256withECDSA" : "SHA256withRSA");
            signature.initSign(signer);
            signature.update(body);
            byte[] bits = Bytes.join(new byte[] {0}, signature.sign());
            byte[] der = seq(body, signatureAlgorithm, tlv(0x03, bits));
            Certificate certificate =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(der));
            return new Identity((X509Certificate) certificate, pair.getPrivate(), pair);
        }
    }

    public static Request request() {
        return new Request();
    }

    /** A certificate authority. */
    public static Identity authority(String name) throws GeneralSecurityException, IOException {
        return request().name(name).alternatives().authority().selfSigned();
    }

    /** What a server needs to present the identity and to trust clients signed by the authority. */
    public static SSLContext server(Identity identity, @Nullable Identity authority)
            throws GeneralSecurityException, IOException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry(
                "server", identity.key, new char[0], new Certificate[] {identity.certificate});
        KeyManagerFactory keyManagers =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(keys, new char[0]);
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        Identity root = authority == null ? identity : authority;
        trusted.setCertificateEntry("ca", root.certificate);
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keyManagers.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    public static String pem(String label, byte[] der) {
        return "-----BEGIN "
                + label
                + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END "
                + label
                + "-----\n";
    }

    private static byte[] extension(byte[] oid, byte[] value) {
        return seq(oid, tlv(0x04, value));
    }

    private static byte[] commonName(String name) {
        return seq(tlv(0x31, seq(COMMON_NAME, tlv(0x0C, ascii(name)))));
    }

    private static byte[] time(Instant instant) {
        return tlv(
                0x18,
                ascii(
                        DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'")
                                .withZone(ZoneOffset.UTC)
                                .format(instant)));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] oid(int... content) {
        byte[] bytes = new byte[content.length];
        for (int i = 0; i < content.length; i++) {
            bytes[i] = (byte) content[i];
        }
        return tlv(0x06, bytes);
    }

    private static byte[] seq(byte[]... parts) {
        return tlv(0x30, parts);
    }

    private static byte[] tlv(int tag, byte[]... parts) {
        byte[] content = Bytes.join(parts);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length >= 0x100) {
            out.write(0x82);
            out.write(content.length >>> 8);
        } else if (content.length >= 0x80) {
            out.write(0x81);
        }
        out.write(content.length);
        out.writeBytes(content);
        return out.toByteArray();
    }
}
