package dev.pipit.mqtt;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/** Certificates and private keys from PEM files (RFC 7468), with nothing but the JDK. */
final class Pem {
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");

    /** AlgorithmIdentifier of RSA: SEQUENCE (OID 1.2.840.113549.1.1.1, NULL). */
    private static final byte[] RSA = {
        0x30,
        0x0D,
        0x06,
        0x09,
        0x2A,
        (byte) 0x86,
        0x48,
        (byte) 0x86,
        (byte) 0xF7,
        0x0D,
        0x01,
        0x01,
        0x01,
        0x05,
        0x00
    };

    /** OID 1.2.840.10045.2.1: id-ecPublicKey. */
    private static final byte[] EC = {
        0x06, 0x07, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x02, 0x01
    };

    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};

    private Pem() {}

    /**
     * Every certificate of a file, in order.
     *
     * @throws IOException naming the file and what is wrong with it
     */
    static List<X509Certificate> certificates(Path file) throws IOException {
        List<X509Certificate> found = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Block block : blocks(file)) {
                if (block.label.equals("CERTIFICATE")
                        || block.label.equals("TRUSTED CERTIFICATE")) {
                    Certificate certificate =
                            factory.generateCertificate(new ByteArrayInputStream(block.der));
                    found.add((X509Certificate) certificate);
                }
            }
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    file + " holds a certificate that cannot be read: " + e.getMessage(), e);
        }
        if (found.isEmpty()) {
            throw new IOException(
                    file + " holds no certificate: expected -----BEGIN CERTIFICATE-----");
        }
        return found;
    }

    /**
     * The private key of a file that only its owner can read.
     *
     * @throws IOException naming the file and what is wrong with it
     */
    static PrivateKey privateKey(Path file) throws IOException {
        refuseIfReadableByOthers(file);
        for (Block block : blocks(file)) {
            switch (block.label) {
                case "PRIVATE KEY" -> {
                    return parse(file, block.der);
                }
                case "RSA PRIVATE KEY" -> {
                    return parse(file, pkcs8(RSA, block.der));
                }
                case "EC PRIVATE KEY" -> {
                    return parse(file, pkcs8(ecAlgorithm(file, block.der), block.der));
                }
                case "ENCRYPTED PRIVATE KEY" ->
                        throw new IOException(
                                file
                                        + " holds an encrypted key, and nobody is there to type its"
                                        + " password: decrypt it with openssl pkey");
                default -> {
                    // EC PARAMETERS, certificates beside the key: not asked for.
                }
            }
        }
        throw new IOException(file + " holds no private key: expected -----BEGIN PRIVATE KEY-----");
    }

    private static void refuseIfReadableByOthers(Path file) throws IOException {
        Set<PosixFilePermission> permissions;
        try {
            permissions = Files.getPosixFilePermissions(file);
        } catch (UnsupportedOperationException e) {
            return;
        } catch (IOException e) {
            throw new IOException("the key " + file + " cannot be read: " + e.getMessage(), e);
        }
        for (PosixFilePermission permission :
                List.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ)) {
            if (permissions.contains(permission)) {
                throw new IOException(
                        "the key "
                                + file
                                + " can be read by others: chmod 600, and let it belong to the user"
                                + " of this process");
            }
        }
    }

    private static PrivateKey parse(Path file, byte[] pkcs8) throws IOException {
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(pkcs8);
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                // Of another algorithm, perhaps.
            } catch (GeneralSecurityException e) {
                throw new IOException("this Java runtime knows no " + algorithm, e);
            }
        }
        throw new IOException(file + " holds a private key that is neither EC, RSA nor EdDSA");
    }

    /** RFC 5958: SEQUENCE (version 0, algorithm, OCTET STRING (key)). */
    private static byte[] pkcs8(byte[] algorithm, byte[] key) {
        return der(0x30, VERSION_0, algorithm, der(0x04, key));
    }

    /** RFC 5915: the curve stands in the key's element [0]. */
    private static byte[] ecAlgorithm(Path file, byte[] key) throws IOException {
        for (int i = 0; i + 3 < key.length; i++) {
            int length = key[i + 1];
            if (key[i] == (byte) 0xA0
                    && key[i + 2] == 0x06
                    && length == key[i + 3] + 2
                    && i + 2 + length <= key.length) {
                byte[] curve = java.util.Arrays.copyOfRange(key, i + 2, i + 2 + length);
                return der(0x30, EC, curve);
            }
        }
        throw new IOException(file + " holds an EC key that does not name its curve");
    }

    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.size();
        if (length >= 0x100) {
            out.write(0x82);
            out.write(length >>> 8);
        } else if (length >= 0x80) {
            out.write(0x81);
        }
        out.write(length);
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }

    private static final class Block {
        final String label;
        final byte[] der;

        Block(String label, byte[] der) {
            this.label = label;
            this.der = der;
        }
    }

    private static List<Block> blocks(Path file) throws IOException {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new IOException(file + " cannot be read: " + e.getMessage(), e);
        }
        List<Block> found = new ArrayList<>();
        int at = text.indexOf("-----BEGIN ");
        while (at >= 0) {
            int label = at + "-----BEGIN ".length();
            int labelEnd = text.indexOf("-----", label);
            if (labelEnd < 0) {
                break;
            }
            String name = text.substring(label, labelEnd);
            int body = labelEnd + "-----".length();
            int end = text.indexOf("-----END " + name + "-----", body);
            if (end < 0) {
                throw new IOException(file + " ends inside " + name + ": the END line is missing");
            }
            try {
                found.add(
                        new Block(name, Base64.getMimeDecoder().decode(text.substring(body, end))));
            } catch (IllegalArgumentException e) {
                throw new IOException(file + ": the " + name + " is not base64", e);
            }
            at = text.indexOf("-----BEGIN ", end);
        }
        return found;
    }
}
