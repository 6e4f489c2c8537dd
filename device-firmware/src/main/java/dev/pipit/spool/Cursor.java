package dev.pipit.spool;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What is settled, and what must not be forgotten besides: two slots written in turn, so that a
 * torn write leaves the other.
 *
 * <pre>
 *   0      4         12      16          24         32       40    44      48          52
 *  +------+---------+-------+-----------+----------+--------+-----+-------+-----------+-- - -
 *  | magic| counter | clean | reserved  | last     | settled| gaps| ranges| CRC-32C   | gaps of 28,
 *  |      |         |       | sequence  | sequence | below  |     |       | (0 inside)| ranges of 16
 *  +------+---------+-------+-----------+----------+--------+-----+-------+-----------+-- - -
 *  gap    0            3        4         12            20
 *        +------------+--------+---------+-------------+------------+
 *        | origin + 1 | reason | records | first stamp | last stamp |
 *        +------------+--------+---------+-------------+------------+
 * </pre>
 */
final class Cursor {
    static final String NAME = "cursor";

    private static final int SLOT_LENGTH = 4096;
    private static final int MAGIC = 0x70435232; // "pCR2"
    private static final int CRC_AT = 48;
    private static final int LIST_AT = 52;
    private static final int GAP_LENGTH = 28;
    private static final int RANGE_LENGTH = 16;
    private static final int MAX_GAPS = 48;
    private static final int MAX_RANGES =
            (SLOT_LENGTH - LIST_AT - MAX_GAPS * GAP_LENGTH) / RANGE_LENGTH;

    private static final Gap.Reason[] REASONS = Gap.Reason.values();

    private final byte[] slot = new byte[SLOT_LENGTH];
    private final CRC32C crc = new CRC32C();
    private @Nullable DiskFile file;
    private long counter;

    /** Whether the log was closed in order. */
    boolean clean;

    /** No sequence from here on was ever given out. */
    long reserved = 1;

    /** Where the log ended when it was closed in order. */
    long lastSequence;

    /** Everything below is settled. */
    long settledBelow = 1;

    /** Losses not yet reported. */
    final List<Gap> gaps = new ArrayList<>();

    private final long[] ranges = new long[2 * MAX_RANGES];
    private int rangeCount;

    /** Reads the newer slot that checks; false if there is none, as in a new log. */
    boolean open(Disk disk) throws IOException {
        boolean exists = disk.names().contains(NAME);
        DiskFile opened = exists ? disk.open(NAME) : disk.create(NAME, 2 * SLOT_LENGTH);
        if (exists && opened.length() != 2 * SLOT_LENGTH) {
            opened.close();
            opened = disk.create(NAME, 2 * SLOT_LENGTH);
        }
        if (!exists) {
            disk.syncNames();
        }
        file = opened;
        int newest = -1;
        for (int i = 0; i < 2; i++) {
            opened.read(i * SLOT_LENGTH, slot, 0, SLOT_LENGTH);
            if (checks() && SegmentLayout.getLong(slot, 4) > counter) {
                counter = SegmentLayout.getLong(slot, 4);
                newest = i;
            }
        }
        if (newest < 0) {
            return false;
        }
        opened.read(newest * SLOT_LENGTH, slot, 0, SLOT_LENGTH);
        load();
        return true;
    }

    private boolean checks() {
        if (SegmentLayout.getInt(slot, 0) != MAGIC) {
            return false;
        }
        int stated = SegmentLayout.getInt(slot, CRC_AT);
        return stated == checksum();
    }

    private int checksum() {
        SegmentLayout.putInt(slot, CRC_AT, 0);
        crc.reset();
        crc.update(slot, 0, SLOT_LENGTH);
        return (int) crc.getValue();
    }

    private void load() {
        clean = SegmentLayout.getInt(slot, 12) != 0;
        reserved = SegmentLayout.getLong(slot, 16);
        lastSequence = SegmentLayout.getLong(slot, 24);
        settledBelow = SegmentLayout.getLong(slot, 32);
        int gapCount = Math.min(SegmentLayout.getInt(slot, 40), MAX_GAPS);
        rangeCount = Math.min(SegmentLayout.getInt(slot, 44), MAX_RANGES);
        gaps.clear();
        for (int i = 0; i < gapCount; i++) {
            int at = LIST_AT + i * GAP_LENGTH;
            gaps.add(
                    new Gap(
                            REASONS[(SegmentLayout.getInt(slot, at) & 0xFF) % REASONS.length],
                            SegmentLayout.getLong(slot, at + 4),
                            SegmentLayout.getLong(slot, at + 12),
                            SegmentLayout.getLong(slot, at + 20),
                            (SegmentLayout.getInt(slot, at) >>> 8) - 1));
        }
        for (int i = 0; i < 2 * rangeCount; i++) {
            ranges[i] = SegmentLayout.getLong(slot, LIST_AT + MAX_GAPS * GAP_LENGTH + 8 * i);
        }
    }

    boolean isSettled(long sequence) {
        if (sequence < settledBelow) {
            return true;
        }
        for (int i = 0; i < rangeCount; i++) {
            if (sequence >= ranges[2 * i] && sequence <= ranges[2 * i + 1]) {
                return true;
            }
        }
        return false;
    }

    /** Takes over which records of the segments are settled; what does not fit is sent again. */
    void describe(List<Segment> segments, long nextSequence) {
        rangeCount = 0;
        settledBelow = nextSequence;
        boolean allSettled = true;
        long start = 0;
        long end = -1;
        // By index: an iterator would be garbage at every acknowledgement.
        for (int at = 0; at < segments.size(); at++) {
            Segment segment = segments.get(at);
            int count = segment.count();
            if (count > 0 && segment.unsettled() == count) {
                // Most are, while the broker is away: no need to look at each record.
                settledBelow = allSettled ? segment.sequence(0) : settledBelow;
                allSettled = false;
                addRange(start, end);
                end = -1;
                continue;
            }
            for (int i = 0; i < count; i++) {
                if (!segment.isSettled(i)) {
                    if (allSettled) {
                        settledBelow = segment.sequence(i);
                        allSettled = false;
                    }
                    addRange(start, end);
                    end = -1;
                } else if (!allSettled) {
                    start = end < 0 ? segment.sequence(i) : start;
                    end = segment.sequence(i);
                }
            }
        }
        addRange(start, end);
    }

    private void addRange(long start, long end) {
        if (end >= 0 && rangeCount < MAX_RANGES) {
            ranges[2 * rangeCount] = start;
            ranges[2 * rangeCount + 1] = end;
            rangeCount++;
        }
    }

    /** Remembers a loss. Those of one reason and origin become one, and so do more than fit. */
    void addGap(Gap gap) {
        int at = gaps.size() - 1;
        while (at >= 0
                && (gaps.get(at).reason() != gap.reason()
                        || gaps.get(at).origin() != gap.origin())) {
            at--;
        }
        if (at < 0 && gaps.size() < MAX_GAPS) {
            gaps.add(gap);
            return;
        }
        int into = at < 0 ? gaps.size() - 1 : at;
        Gap before = gaps.get(into);
        boolean unknown = before.records() < 0 || gap.records() < 0;
        gaps.set(
                into,
                new Gap(
                        gap.reason(),
                        unknown ? -1 : before.records() + gap.records(),
                        Math.min(before.firstStamp(), gap.firstStamp()),
                        Math.max(before.lastStamp(), gap.lastStamp()),
                        at < 0 ? Origin.UNKNOWN : gap.origin()));
    }

    /** Writes the older slot and syncs it. */
    void write() throws IOException {
        put().sync();
    }

    /**
     * Writes the older slot. A cut before the file is synced leaves the other one, as long as this
     * is not called again before.
     */
    DiskFile put() throws IOException {
        DiskFile into = file;
        if (into == null) {
            throw new IOException("the cursor is closed");
        }
        java.util.Arrays.fill(slot, (byte) 0);
        SegmentLayout.putInt(slot, 0, MAGIC);
        SegmentLayout.putLong(slot, 4, counter + 1);
        SegmentLayout.putInt(slot, 12, clean ? 1 : 0);
        SegmentLayout.putLong(slot, 16, reserved);
        SegmentLayout.putLong(slot, 24, lastSequence);
        SegmentLayout.putLong(slot, 32, settledBelow);
        SegmentLayout.putInt(slot, 40, gaps.size());
        SegmentLayout.putInt(slot, 44, rangeCount);
        for (int i = 0; i < gaps.size(); i++) {
            Gap gap = gaps.get(i);
            int at = LIST_AT + i * GAP_LENGTH;
            SegmentLayout.putInt(slot, at, (gap.origin() + 1) << 8 | gap.reason().ordinal());
            SegmentLayout.putLong(slot, at + 4, gap.records());
            SegmentLayout.putLong(slot, at + 12, gap.firstStamp());
            SegmentLayout.putLong(slot, at + 20, gap.lastStamp());
        }
        for (int i = 0; i < 2 * rangeCount; i++) {
            SegmentLayout.putLong(slot, LIST_AT + MAX_GAPS * GAP_LENGTH + 8 * i, ranges[i]);
        }
        SegmentLayout.putInt(slot, CRC_AT, checksum());
        into.write((int) ((counter + 1) & 1) * SLOT_LENGTH, slot, 0, SLOT_LENGTH);
        counter++;
        return into;
    }

    void close() {
        DiskFile open = file;
        if (open != null) {
            SegmentLog.closeQuietly(open);
            file = null;
        }
    }
}
