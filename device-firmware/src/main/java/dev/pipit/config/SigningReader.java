package dev.pipit.config;

import dev.pipit.command.KeyFile;
import dev.pipit.command.SigningKey;
import dev.pipit.command.TrustedKey;
import dev.pipit.config.YamlNode.Entry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keys whose commands are believed, written in the configuration or in files of their own. */
final class SigningReader {
    private final Path file;
    private final Problems problems;

    /**
     * @param file the configuration: key files are named relative to it
     */
    SigningReader(Path file, Problems problems) {
        this.file = file;
        this.problems = problems;
    }

    /** A key, or {@code null} after a mistake was noted. */
    @Nullable TrustedKey key(Entry entry) {
        String id = entry.key().text();
        Fields fields =
                Fields.read(
                        problems,
                        "signing." + id,
                        entry.key().place(),
                        entry.value(),
                        FileKeys.SIGNING,
                        true);
        if (!fields.complete()) {
            return null;
        }
        Set<String> roles = new HashSet<>();
        fields.items("roles").forEach(item -> roles.add((String) item.value()));
        SigningKey algorithm = SigningKey.ofWord(fields.text("algorithm"));
        boolean shared = algorithm == SigningKey.HMAC_SHA_256;
        String needed = shared ? "key-file" : "public-key";
        String other = shared ? "public-key" : "key-file";
        if (!fields.has(needed) || fields.has(other)) {
            fields.wrong(
                    entry.key().place(),
                    "signing."
                            + id
                            + " needs '"
                            + needed
                            + "', and no '"
                            + other
                            + "', for "
                            + algorithm.word());
            return null;
        }
        if (!shared) {
            byte[] key = Base64.getUrlDecoder().decode(fields.text("public-key"));
            return new TrustedKey(id, algorithm, key, roles);
        }
        Path beside = file.toAbsolutePath().resolveSibling(fields.text("key-file"));
        try {
            KeyFile key = KeyFile.read(beside);
            if (key.algorithm() != algorithm || !key.id().equals(id)) {
                fields.wrong(
                        "key-file",
                        "holds key '"
                                + key.id()
                                + "' for "
                                + key.algorithm().word()
                                + ": expected '"
                                + id
                                + "' for "
                                + algorithm.word());
                return null;
            }
            return key.trusted(roles);
        } catch (IOException e) {
            fields.wrong("key-file", "cannot be used: " + e.getMessage());
            return null;
        }
    }
}
