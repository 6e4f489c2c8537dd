package dev.pipit.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/**
 * A key that signs commands, as its holder keeps it: four lines in a file that only its owner can
 * read.
 *
 * <pre>
 * pipit signing key 1
 * ops
 * ed25519
 * &lt;32 secret bytes in base64url&gt; &lt;32 public bytes; absent for hmac-sha256&gt;
 * </pre>
 */
public final class KeyFile {
    private static final String FIRST_LINE = "pipit signing key 1";
    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rw-------");

    private final String id;
    private final SigningKey algorithm;
    private final byte[] secret;
    private final byte[] shared;

    private KeyFile(String id, SigningKey algorithm, byte[] secret, byte[] shared) {
        this.id = id;
        this.algorithm = algorithm;
        this.secret = secret;
        this.shared = shared;
    }

    /** A new key from the system's random numbers. */
    public static KeyFile generate(String id, SigningKey algorithm) {
        if (!id.matches("[a-z][a-z0-9_-]{0,31}")) {
            throw new IllegalArgumentException(
                    "key id '"
                            + id
                            + "': expected up to 32 lower-case letters, digits, '-' and '_'");
        }
        if (algorithm == SigningKey.HMAC_SHA_256) {
            byte[] secret = new byte[SigningKey.BYTES];
            new SecureRandom().nextBytes(secret);
            return new KeyFile(id, algorithm, secret, secret);
        }
        try {
            var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            return new KeyFile(
                    id,
                    algorithm,
                    lastBytes(pair.getPrivate().getEncoded()),
                    lastBytes(pair.getPublic().getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no Ed25519", e);
        }
    }

    private static byte[] lastBytes(byte[] encoded) {
        return Arrays.copyOfRange(encoded, encoded.length - SigningKey.BYTES, encoded.length);
    }

    /**
     * @throws IOException where the file cannot be read, is open to others, or is no key
     */
    public static KeyFile read(Path file) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (!OWNER_ONLY.containsAll(permissions)) {
            throw new IOException(
                    file + " is open to others than its owner: run 'chmod 600 " + file + "'");
        }
        List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        if (lines.size() < 4 || !lines.getFirst().equals(FIRST_LINE)) {
            throw new IOException(file + " is no signing key: expected '" + FIRST_LINE + "'");
        }
        try {
            String[] keys = lines.get(3).split(" ");
            byte[] secret = Base64.getUrlDecoder().decode(keys[0]);
            byte[] shared = Base64.getUrlDecoder().decode(keys[keys.length - 1]);
            if (secret.length != SigningKey.BYTES || shared.length != SigningKey.BYTES) {
                throw new IllegalArgumentException("expected 32 bytes");
            }
            return new KeyFile(lines.get(1), SigningKey.ofWord(lines.get(2)), secret, shared);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is damaged: " + e.getMessage(), e);
        }
    }

    /** Writes a file that does not exist yet. */
    public void write(Path file) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        String keys = text(secret) + (algorithm == SigningKey.ED25519 ? " " + text(shared) : "");
        Files.writeString(file, String.join("\n", FIRST_LINE, id, algorithm.word(), keys) + "\n");
    }

    public String id() {
        return id;
    }

    public SigningKey algorithm() {
        return algorithm;
    }

    /** What the device must know: the public key, or for HMAC the secret itself, in base64url. */
    public String shared() {
        return text(shared);
    }

    /** What the device's configuration says of this key. */
    public TrustedKey trusted(Set<String> roles) {
        return new TrustedKey(id, algorithm, shared.clone(), roles);
    }

    /**
     * A signed payload.
     *
     * @param topic below {@code <root>/<device>/}: {@code command/relay}
     * @param counter above every one that this key used before; milliseconds since the epoch serve
     * @param expires as RFC 3339; the empty string: none
     */
    public String sign(String device, String topic, long counter, String expires, String payload) {
        byte[] signature =
                algorithm.sign(
                        secret, SigningKey.covered(device, topic, counter, expires, payload));
        return new SignedText(payload, id, counter, expires, signature).json();
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "KeyFile[" + id + ", " + algorithm.word() + "]";
    }
}
