package dev.pipit.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The configuration file: one YAML 1.2 document of up to 256 KiB in UTF-8. It is taken whole or not
 * at all; there is no falling back to defaults when something in it is wrong.
 */
public final class ConfigFile {
    private static final int MOST_BYTES = 256 * 1024;

    private ConfigFile() {}

    /** What became of a file. */
    public sealed interface Result {
        /**
         * The file is right.
         *
         * @param hash the first 16 hexadecimal digits of the SHA-256 over the file's bytes
         */
        record Valid(AgentConfig config, String hash) implements Result {}

        /**
         * The file is wrong.
         *
         * @param problems at least one, in the order of the file
         */
        record Invalid(List<Problem> problems) implements Result {
            public Invalid {
                problems = List.copyOf(problems);
            }
        }
    }

    /** Reads and checks a file; every mistake in it is reported at once. Never throws for one. */
    public static Result load(Path file, Drivers drivers) {
        return load(file, drivers, Map.of());
    }

    /**
     * Reads and checks a file for one machine.
     *
     * @param carriers pins that carry an enabled bus there, by BCM number: {@code 2 -> i2c1}
     */
    public static Result load(Path file, Drivers drivers, Map<Integer, String> carriers) {
        Problems problems = new Problems(file);
        byte[] bytes = bytes(file, problems);
        String text = bytes == null ? null : text(bytes, problems);
        if (bytes == null || text == null) {
            return new Result.Invalid(problems.sorted());
        }
        YamlNode root = YamlReader.read(text, problems);
        AgentConfig config = null;
        if (root != null) {
            config = new FileReader(file, drivers, carriers, problems).agent(root);
        } else if (problems.none()) {
            problems.whole(
                    "the file is empty: expected at least 'device: {id: ...}' and 'broker: {url: ...}'");
        }
        return config == null || !problems.none()
                ? new Result.Invalid(problems.sorted())
                : new Result.Valid(config, hash(bytes));
    }

    private static byte @Nullable [] bytes(Path file, Problems problems) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length <= MOST_BYTES) {
                return bytes;
            }
            problems.whole(
                    "the file is longer than " + MOST_BYTES / 1024 + " KiB: is it the right one?");
        } catch (NoSuchFileException e) {
            problems.whole("there is no such file");
        } catch (AccessDeniedException e) {
            problems.whole("the file may not be read by this user: check its owner and its mode");
        } catch (IOException e) {
            problems.whole(
                    Files.isDirectory(file)
                            ? "this is a directory: expected a file"
                            : "the file cannot be read: " + e.getMessage());
        }
        return null;
    }

    private static @Nullable String text(byte[] bytes, Problems problems) {
        try {
            String text =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .decode(ByteBuffer.wrap(bytes))
                            .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            problems.at(firstMalformed(bytes), "not UTF-8 from here on: save the file as UTF-8");
            return null;
        }
    }

    private static YamlNode.Place firstMalformed(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        int line = 1;
        int column = 1;
        for (int i = 0; i < text.length() && text.charAt(i) != '\uFFFD'; i++) {
            if (text.charAt(i) == '\n') {
                line++;
                column = 1;
            } else {
                column++;
            }
        }
        return new YamlNode.Place(line, column);
    }

    private static String hash(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
