package dev.pipit.spool;

import java.io.IOException;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * What Jazzer calls with changes to a spool's files ({@code deploy/fuzz segments}): however they
 * are changed, the log opens, hands out nothing that was never put in, and takes new records. Each
 * change is four bytes: file, place (two), value; a file number of 128 or more makes the checksums
 * of that file right again, so that the changes are believed.
 */
public final class SegmentFuzzer {
    private static final int RECORDS = 450;
    private static final String[] NAMES = {
        "cursor", "live-0000000000000001.seg", "live-0000000000000002.seg"
    };

    private SegmentFuzzer() {}

    /** Jazzer's entry. */
    public static void fuzzerTestOneInput(byte[] data) {
        try {
            MemoryDisk disk = new MemoryDisk();
            SortedMap<Long, Byte> put = fill(disk);
            boolean believed = false;
            for (int i = 0; i + 3 < data.length && i < 400; i += 4) {
                int which = data[i] & 0xFF;
                String name = NAMES[which % NAMES.length];
                DiskFile file = disk.open(name);
                int at = ((data[i + 1] & 0xFF) << 8 | (data[i + 2] & 0xFF)) % file.length();
                file.write(at, data, i + 3, 1);
                if (which >= 128) {
                    mend(file, name);
                    believed = true;
                }
            }
            check(disk, put, believed);
        } catch (IOException e) {
            throw new AssertionError("a disk in memory does not fail", e);
        }
    }

    private static SortedMap<Long, Byte> fill(MemoryDisk disk) throws IOException {
        SegmentLog log = SegmentLog.open(disk, 4, 0);
        TreeMap<Long, Byte> put = new TreeMap<>();
        byte[] bytes = new byte[300];
        for (long sequence = 1; sequence <= RECORDS; sequence++) {
            Arrays.fill(bytes, (byte) sequence);
            int length = (int) (100 + sequence % 200);
            if (!log.append(sequence, sequence, bytes, 0, length)) {
                log.roll(sequence);
                log.append(sequence, sequence, bytes, 0, length);
            }
            put.put(sequence, (byte) sequence);
        }
        for (long sequence = 10; sequence < 20; sequence++) {
            log.settle(sequence);
            put.remove(sequence);
        }
        log.writeCursor();
        log.abandon();
        return put;
    }

    /** Makes the first checksum of a file right: the header's, or that of a cursor's slots. */
    private static void mend(DiskFile file, String name) throws IOException {
        byte[] all = new byte[file.length()];
        file.read(0, all, 0, all.length);
        CRC32C crc = new CRC32C();
        if (name.equals("cursor")) {
            for (int slot = 0; slot < all.length; slot += 4096) {
                SegmentLayout.putInt(all, slot + 48, 0);
                crc.reset();
                crc.update(all, slot, 4096);
                SegmentLayout.putInt(all, slot + 48, (int) crc.getValue());
            }
        } else {
            crc.update(all, 0, 28);
            SegmentLayout.putInt(all, 28, (int) crc.getValue());
        }
        file.write(0, all, 0, all.length);
    }

    private static void check(MemoryDisk disk, SortedMap<Long, Byte> put, boolean believed)
            throws IOException {
        SegmentLog log = SegmentLog.open(disk, 6, 0);
        SpoolRecord record = new SpoolRecord();
        int found = 0;
        for (long at = Long.MIN_VALUE; log.next(at, record); at = record.sequence()) {
            if (record.sequence() <= at || record.length() < 1) {
                throw new AssertionError("record " + record.sequence() + " after " + at);
            }
            Byte value = put.get(record.sequence());
            boolean settledBefore = record.sequence() >= 10 && record.sequence() < 20;
            if (value == null ? !settledBefore : record.payload()[0] != value) {
                throw new AssertionError("record " + record.sequence() + " was never put in");
            }
            if (++found > RECORDS) {
                throw new AssertionError("more records than were put in");
            }
        }
        if (found < put.size() && !believed && log.badRecords() == 0 && !lostItsTail(log, put)) {
            throw new AssertionError(put.size() - found + " records are missing without a word");
        }
        long sequence = Math.max(log.reserved(), log.lastSequence() + 1);
        if (sequence > 0 && sequence < Long.MAX_VALUE - 10) {
            byte[] one = {42};
            if (!log.append(sequence, 0, one, 0, 1)
                    && !(log.roll(sequence) && log.append(sequence, 0, one, 0, 1))) {
                log.dropOldest();
                if (!log.roll(sequence) || !log.append(sequence, 0, one, 0, 1)) {
                    throw new AssertionError("no new record is taken");
                }
            }
            if (!log.next(sequence - 1, record) || record.payload()[0] != 42) {
                throw new AssertionError("the new record does not come out");
            }
        }
    }

    /** A record at the end that does not check is where a crash cut it: nobody promised it. */
    private static boolean lostItsTail(SegmentLog log, SortedMap<Long, Byte> put) {
        return log.lastSequence() < put.lastKey();
    }
}
