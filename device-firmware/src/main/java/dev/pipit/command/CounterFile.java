package dev.pipit.command;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * Counters in a file. Each key has two slots that are written in turn, so that a write cut short
 * leaves the one before:
 *
 * <pre>
 *  0       8         16        24      28      32
 *  | name  | counter | serial  | CRC   | 0     |
 * </pre>
 *
 * {@code name} is the CRC-32 of the key id, two bytes of its length, its first and its last byte;
 * {@code serial} grows with every write of a key, the CRC-32 covers the 24 bytes before it;
 * big-endian. A write reaches the kernel before the command is carried out, so the death of the
 * process loses nothing; {@link #force()}, called from a thread that may wait, carries it to the
 * card.
 */
public final class CounterFile implements Counters, AutoCloseable {
    private static final int SLOT = 32;
    private static final int COVERED = 24;
    private static final int MOST_KEYS = 64;

    private static final class Entry {
        long counter = Long.MIN_VALUE;
        long serial;
        int pair;
    }

    private final FileChannel channel;
    private final Map<Long, Entry> entries = new HashMap<>();
    private final ByteBuffer slot = ByteBuffer.allocate(SLOT);
    private volatile boolean dirty;

    private CounterFile(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Opens or creates the file.
     *
     * @throws IOException where it cannot be read or written, or where both slots of a key are
     *     damaged: then nobody knows what was used, and signed commands must wait for a person
     */
    public static CounterFile open(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        CounterFile counters = new CounterFile(channel);
        try {
            counters.recover(file);
            return counters;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private void recover(Path file) throws IOException {
        int pairs = (int) Math.min(MOST_KEYS, (channel.size() + 2 * SLOT - 1) / (2 * SLOT));
        for (int pair = 0; pair < pairs; pair++) {
            boolean any = read(pair, 0);
            any |= read(pair, 1);
            if (!any) {
                throw new IOException(
                        file
                                + ": both copies of counter "
                                + pair
                                + " are damaged; delete the file only if no"
                                + " signed command may be replayed");
            }
        }
    }

    private boolean read(int pair, int half) throws IOException {
        slot.clear();
        long at = (2L * pair + half) * SLOT;
        while (slot.hasRemaining() && channel.read(slot, at + slot.position()) > 0) {}
        if (slot.hasRemaining() || slot.getInt(COVERED) != crc()) {
            return false;
        }
        Entry entry = entries.computeIfAbsent(slot.getLong(0), n -> new Entry());
        long serial = slot.getLong(16);
        if (serial > entry.serial) {
            entry.serial = serial;
            entry.counter = slot.getLong(8);
            entry.pair = pair;
        }
        return true;
    }

    @Override
    public long highest(String key) {
        Entry entry = entries.get(name(key));
        return entry == null ? Long.MIN_VALUE : entry.counter;
    }

    @Override
    public boolean raise(String key, long counter) {
        Entry entry = entries.get(name(key));
        if (entry == null) {
            if (entries.size() == MOST_KEYS) {
                return false;
            }
            entry = new Entry();
            entry.pair = entries.size();
        }
        slot.clear();
        slot.putLong(name(key)).putLong(counter).putLong(entry.serial + 1);
        slot.putInt(crc()).putInt(0).flip();
        long at = (2L * entry.pair + (entry.serial & 1)) * SLOT;
        try {
            while (slot.hasRemaining()) {
                channel.write(slot, at + slot.position());
            }
        } catch (IOException e) {
            return false;
        }
        entry.serial++;
        entry.counter = counter;
        entries.put(name(key), entry);
        dirty = true;
        return true;
    }

    /** Carries what was written to the card; may take long. */
    public void force() throws IOException {
        if (dirty) {
            dirty = false;
            channel.force(false);
        }
    }

    @Override
    public void close() throws IOException {
        channel.force(false);
        channel.close();
    }

    private int crc() {
        CRC32 crc = new CRC32();
        crc.update(slot.array(), 0, COVERED);
        return (int) crc.getValue();
    }

    private static long name(String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        CRC32 crc = new CRC32();
        crc.update(bytes);
        // Key ids are short: with the length and the ends, no two in one configuration share a
        // name.
        return crc.getValue() << 32
                | (bytes.length & 0xFFL) << 16
                | (bytes[0] & 0xFFL) << 8
                | (bytes[bytes.length - 1] & 0xFF);
    }
}
