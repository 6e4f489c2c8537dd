package dev.pipit.uplink;

import dev.pipit.config.SpoolConfig;
import dev.pipit.spool.DirectoryDisk;
import dev.pipit.spool.Disk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/**
 * The directories of the spool, each locked for this process alone: two writers would destroy what
 * both keep.
 *
 * <pre>
 *   on the card:  &lt;directory&gt;/{lock, card/, synced/, schemas, boots, run}
 *   in memory:    &lt;runtime&gt;/{lock, ring/, drafts/}
 * </pre>
 */
final class SpoolFolders implements AutoCloseable {
    /** Directories in memory on every Linux; the fallback where systemd gave none. */
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private final List<FileChannel> locks = new ArrayList<>();
    private final @Nullable Path directory;
    private final @Nullable Path runtime;

    /**
     * @throws IllegalStateException if another process has one of the directories
     */
    SpoolFolders(SpoolConfig config) {
        directory = lock(config.directory());
        Path given = config.runtime();
        runtime = lock(given != null ? given : fallback(config.directory()));
    }

    private static @Nullable Path fallback(@Nullable Path directory) {
        if (directory == null || !Files.isDirectory(SHARED_MEMORY)) {
            return null;
        }
        String name = directory.toAbsolutePath().normalize().toString();
        return SHARED_MEMORY.resolve(
                "pipit-"
                        + System.getProperty("user.name")
                        + "-"
                        + Integer.toHexString(name.hashCode()));
    }

    /** The directory with its lock held; {@code null} where it cannot be made. */
    private @Nullable Path lock(@Nullable Path path) {
        if (path == null) {
            return null;
        }
        try {
            Files.createDirectories(path);
            FileChannel channel =
                    FileChannel.open(
                            path.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new IllegalStateException(
                        path
                                + " is in use by another pipit, and only one may write there: stop"
                                + " the other one, or give this one another 'state' directory");
            }
            locks.add(channel);
            return path;
        } catch (IOException refused) {
            Logger.error("{}: {}; going on without it", path, refused.getMessage());
            return null;
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException thisProcess) {
            return null;
        }
    }

    @Nullable Disk card() {
        return onCard("card");
    }

    @Nullable Disk synced() {
        return onCard("synced");
    }

    @Nullable Disk ring() {
        return inMemory("ring");
    }

    @Nullable Disk drafts() {
        return inMemory("drafts");
    }

    private @Nullable Disk onCard(String name) {
        return directory == null ? null : DirectoryDisk.onCard(directory.resolve(name));
    }

    private @Nullable Disk inMemory(String name) {
        return runtime == null ? null : DirectoryDisk.inMemory(runtime.resolve(name));
    }

    /** A small file that survives restarts; {@code null}: nothing does. */
    @Nullable StateFile file(String name) {
        Path home = directory == null ? runtime : directory;
        return home == null ? null : new StateFile(home.resolve(name));
    }

    /** Whether anything survives the process. */
    boolean keepsAnything() {
        return directory != null || runtime != null;
    }

    @Override
    public void close() {
        for (FileChannel lock : locks) {
            try {
                lock.close();
            } catch (IOException gone) {
                Logger.debug("lock: {}", gone.getMessage());
            }
        }
    }
}
