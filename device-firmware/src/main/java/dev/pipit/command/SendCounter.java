package dev.pipit.command;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The counter of whoever signs commands, in a file beside the key: {@code ops.key.counter}, one
 * decimal number. Each command takes the time in milliseconds, or one more than the last where the
 * clock stands still or went back. The number is on disk before the command leaves; two senders
 * with the same file wait for each other.
 */
public final class SendCounter {
    private static final int MOST_DIGITS = 19;

    private SendCounter() {}

    /** The file of a key. */
    public static Path beside(Path key) {
        return key.resolveSibling(key.getFileName() + ".counter");
    }

    /**
     * A counter that no command with this key has had.
     *
     * @param file made where it is not there
     * @throws IOException where it cannot be kept, or holds no number
     */
    public static long next(Path file, long nowMs) throws IOException {
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            // Let go when the channel is closed.
            channel.lock();
            long last = read(channel, file);
            long next = Math.max(nowMs, last + 1);
            ByteBuffer text = StandardCharsets.US_ASCII.encode(next + "\n");
            channel.truncate(text.remaining());
            channel.write(text, 0);
            channel.force(false);
            return next;
        }
    }

    private static long read(FileChannel channel, Path file) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(MOST_DIGITS + 2);
        channel.read(text, 0);
        String digits = StandardCharsets.US_ASCII.decode(text.flip()).toString().strip();
        try {
            return digits.isEmpty() ? 0 : Long.parseLong(digits);
        } catch (NumberFormatException damaged) {
            throw new IOException(
                    file
                            + " holds no counter: write a number into it that is above every one"
                            + " this key has used, milliseconds since 1970 for instance",
                    damaged);
        }
    }
}
