package dev.pipit.command;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads an audit log that an agent may be writing, line by line, over its renamings. */
public final class AuditReader {
    private final Path file;
    private final Path older;
    private @Nullable Object current;
    private long at;

    /**
     * @param directory the agent's state directory
     */
    public AuditReader(Path directory) {
        file = directory.resolve("audit");
        older = directory.resolve("audit.1");
    }

    /** Whether there is a log at all. */
    public boolean exists() {
        return Files.exists(file) || Files.exists(older);
    }

    /** Whole lines that were not returned yet, oldest first; a line half written waits. */
    public List<String> more() throws IOException {
        List<String> lines = new ArrayList<>();
        Object key = key(file);
        if (current == null) {
            // The first look: everything that is kept.
            if (Files.exists(older)) {
                read(older, 0, lines);
            }
            current = key;
            at = 0;
        } else if (key != null && !key.equals(current)) {
            // Renamed meanwhile: its end first.
            if (Objects.equals(current, key(older))) {
                read(older, at, lines);
            }
            current = key;
            at = 0;
        }
        if (key != null) {
            at = read(file, at, lines);
        }
        return lines;
    }

    private static @Nullable Object key(Path path) throws IOException {
        return Files.exists(path)
                ? Files.readAttributes(path, BasicFileAttributes.class).fileKey()
                : null;
    }

    /** Adds the whole lines from an offset on; where the next one begins. */
    private static long read(Path path, long from, List<String> lines) throws IOException {
        byte[] bytes;
        try (RandomAccessFile open = new RandomAccessFile(path.toFile(), "r")) {
            long length = open.length();
            if (length <= from) {
                return from;
            }
            bytes = new byte[Math.toIntExact(length - from)];
            open.seek(from);
            open.readFully(bytes);
        }
        int begin = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                lines.add(new String(bytes, begin, i - begin, StandardCharsets.UTF_8));
                begin = i + 1;
            }
        }
        return from + begin;
    }
}
