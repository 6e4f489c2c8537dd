package dev.pipit.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** Reads a password from a file of its own, so that the configuration may be shown to anyone. */
final class PasswordFile {
    private static final Set<PosixFilePermission> FOR_OTHERS =
            Set.of(
                    PosixFilePermission.GROUP_READ,
                    PosixFilePermission.GROUP_WRITE,
                    PosixFilePermission.OTHERS_READ,
                    PosixFilePermission.OTHERS_WRITE);

    private static final int MOST_BYTES = 4096;

    private PasswordFile() {}

    /**
     * @throws IllegalArgumentException whose message is the rest of a sentence and never the
     *     password
     */
    static String read(Path file) {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (permissions.stream().anyMatch(FOR_OTHERS::contains)) {
                throw new IllegalArgumentException(
                        "is open to others than its owner: run 'chmod 600 " + file + "'");
            }
            if (Files.size(file) > MOST_BYTES) {
                throw new IllegalArgumentException(
                        "is longer than " + MOST_BYTES + " bytes: is it the right file?");
            }
            String text = Files.readString(file, StandardCharsets.UTF_8);
            String first = text.lines().findFirst().orElse("");
            if (first.isEmpty()) {
                throw new IllegalArgumentException("is empty: its first line is the password");
            }
            return first;
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "cannot be read ("
                            + e.getClass().getSimpleName()
                            + "): check the path and its owner",
                    e);
        }
    }
}
