package dev.pipit.command;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** How commands are signed and checked: Ed25519 (RFC 8032) or HMAC-SHA-256 (RFC 2104). */
public enum SigningKey {
    /** The device holds the public key only: whoever reads its card cannot sign. */
    ED25519("ed25519"),
    /** Both sides hold the same secret of 32 bytes. */
    HMAC_SHA_256("hmac-sha256");

    /** Bytes of a raw key, secret or public. */
    public static final int BYTES = 32;

    // RFC 8410 section 7 and 4: what stands before the raw 32 bytes in PKCS #8 and X.509.
    private static final byte[] PKCS8 = HexFormat.of().parseHex("302e020100300506032b657004220420");
    private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b6570032100");

    private final String word;

    SigningKey(String word) {
        this.word = word;
    }

    /** As written in the configuration and in key files. */
    public String word() {
        return word;
    }

    /**
     * @throws IllegalArgumentException where there is no such algorithm
     */
    public static SigningKey ofWord(String word) {
        for (SigningKey kind : values()) {
            if (kind.word.equals(word)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("'" + word + "': expected ed25519 or hmac-sha256");
    }

    /**
     * What a signature covers, line by line, so that nothing can be moved from one field to
     * another:
     *
     * <pre>
     * pipit-command-1
     * &lt;device id&gt;
     * command/&lt;actuator&gt; or control/&lt;verb&gt;
     * &lt;counter&gt;
     * &lt;expiry as sent, or nothing&gt;
     * &lt;payload&gt;
     * </pre>
     */
    static byte[] covered(
            String device, String topic, long counter, String expires, String payload) {
        return String.join(
                        "\n",
                        "pipit-command-1",
                        device,
                        topic,
                        Long.toString(counter),
                        expires,
                        payload)
                .getBytes(StandardCharsets.UTF_8);
    }

    /**
     * @param secret {@value #BYTES} bytes
     */
    byte[] sign(byte[] secret, byte[] covered) {
        try {
            if (this == HMAC_SHA_256) {
                return hmac(secret, covered);
            }
            PrivateKey key =
                    KeyFactory.getInstance("Ed25519")
                            .generatePrivate(new PKCS8EncodedKeySpec(join(PKCS8, secret)));
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update(covered);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot sign with " + word, e);
        }
    }

    /**
     * @param key the raw public key, or the shared secret
     */
    boolean verify(byte[] key, byte[] covered, byte[] signature) {
        try {
            if (this == HMAC_SHA_256) {
                return MessageDigest.isEqual(hmac(key, covered), signature);
            }
            PublicKey publicKey =
                    KeyFactory.getInstance("Ed25519")
                            .generatePublic(new X509EncodedKeySpec(join(X509, key)));
            Signature check = Signature.getInstance("Ed25519");
            check.initVerify(publicKey);
            check.update(covered);
            return check.verify(signature);
        } catch (GeneralSecurityException e) {
            // A signature of the wrong length or a key that is no point on the curve.
            return false;
        }
    }

    private static byte[] hmac(byte[] secret, byte[] covered) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        return mac.doFinal(covered);
    }

    private static byte[] join(byte[] before, byte[] raw) {
        byte[] all = Arrays.copyOf(before, before.length + raw.length);
        System.arraycopy(raw, 0, all, before.length, raw.length);
        return all;
    }
}
