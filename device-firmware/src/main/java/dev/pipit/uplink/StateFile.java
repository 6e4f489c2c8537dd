package dev.pipit.uplink;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/** A small text file that is replaced as a whole and durably, or not at all. */
final class StateFile {
    private static final long MAX_BYTES = 1 << 20;

    private final Path path;

    StateFile(Path path) {
        this.path = path;
    }

    /** What stands there; {@code null}: nothing that can be read. */
    @Nullable String read() {
        try {
            if (!Files.exists(path)) {
                return null;
            }
            if (Files.size(path) > MAX_BYTES) {
                setAside("larger than " + MAX_BYTES + " bytes");
                return null;
            }
            return Files.readString(path);
        } catch (IOException unreadable) {
            Logger.error("{} cannot be read: {}", path, unreadable.getMessage());
            return null;
        }
    }

    /** Whether it stands there now, also after a power cut. */
    boolean write(String text) {
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        try {
            Files.writeString(fresh, text, StandardCharsets.UTF_8);
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(
                    fresh,
                    path,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel folder =
                    FileChannel.open(path.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
                folder.force(true);
            }
            return true;
        } catch (IOException refused) {
            Logger.error("{} cannot be written: {}", path, refused.getMessage());
            return false;
        }
    }

    /** Keeps a file that says nothing sensible for whoever wants to look. */
    void setAside(String why) {
        Path aside = path.resolveSibling(path.getFileName() + ".bad");
        Logger.error("{} is damaged and kept as {}: {}", path, aside, why);
        try {
            Files.move(path, aside, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException refused) {
            Logger.error("{} cannot be renamed: {}", path, refused.getMessage());
        }
    }
}
