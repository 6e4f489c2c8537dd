package dev.pipit.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * What one running agent leaves for others on this machine, in a directory that does not outlive a
 * boot ({@code /run/pipit}):
 *
 * <pre>
 * lock    held (fcntl) while an agent lives; its text is the holder's process id
 * safe    what pipit-safe does after the agent's death (format: sensor-drivers/src/main/c/pipit_safe.c)
 * </pre>
 *
 * The lock is the proof that nobody else writes outputs. The kernel takes it from a process that
 * dies, in whatever way.
 */
public final class RuntimeDirectory implements AutoCloseable {
    private static final String LOCK = "lock";
    private static final String SAFE = "safe";

    private final Path directory;
    private final FileChannel lock;

    private RuntimeDirectory(Path directory, FileChannel lock) {
        this.directory = directory;
        this.lock = lock;
    }

    /** Another process drives the outputs already. */
    public static final class Taken extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        Taken(String message) {
            super(message);
        }
    }

    /**
     * Makes this process the only one that may write outputs.
     *
     * @throws Taken naming the process that is
     * @throws UncheckedIOException where the directory cannot be made or written
     */
    public static RuntimeDirectory claim(Path directory) {
        Path file = directory.resolve(LOCK);
        try {
            Files.createDirectories(directory);
            FileChannel lock =
                    FileChannel.open(
                            file,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
            if (!locked(lock)) {
                String holder = holder(lock);
                lock.close();
                throw new Taken(
                        "process "
                                + holder
                                + " drives the outputs of this machine already ("
                                + file
                                + "): stop it first, or give this one a directory of its own with"
                                + " --runtime");
            }
            lock.truncate(0);
            lock.write(utf8(ProcessHandle.current().pid() + "\n"), 0);
            return new RuntimeDirectory(directory, lock);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the lock that keeps a second agent out: " + file + ": " + e, e);
        }
    }

    private static boolean locked(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException byThisProcess) {
            return false;
        }
    }

    private static String holder(FileChannel lock) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(32);
        lock.read(text, 0);
        String pid = StandardCharsets.UTF_8.decode(text.flip()).toString().strip();
        return pid.isEmpty() ? "of unknown number" : pid;
    }

    /**
     * Says what must be done when this process dies; whole or not at all.
     *
     * @param lines as {@link dev.pipit.board.Board#safeLines()} gives them
     * @throws UncheckedIOException where it cannot be written
     */
    void leaveSafeLines(List<String> lines) {
        StringBuilder text = new StringBuilder("pipit-safe\t1\n");
        text.append("lock\t").append(directory.resolve(LOCK).toAbsolutePath()).append('\n');
        lines.forEach(line -> text.append(line).append('\n'));
        text.append("end\t").append(lines.size()).append('\n');
        Path next = directory.resolve(SAFE + ".new");
        try {
            Files.writeString(next, text);
            Files.move(
                    next,
                    directory.resolve(SAFE),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("what a crash must make safe: " + e, e);
        }
    }

    /** Every output is safe and let go: nothing is left to do for anybody. */
    void outputsAreSafe() {
        try {
            Files.deleteIfExists(directory.resolve(SAFE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether {@code pipit-safe} has something to do after this process. */
    boolean leavesWork() {
        return Files.exists(directory.resolve(SAFE));
    }

    /**
     * The process that holds a directory's lock.
     *
     * @return its id as text; empty: none
     */
    public static String holderOf(Path directory) {
        try (FileChannel lock =
                FileChannel.open(
                        directory.resolve(LOCK),
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            return locked(lock) ? "" : holder(lock);
        } catch (NoSuchFileException nobodyYet) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets the next agent in. */
    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
