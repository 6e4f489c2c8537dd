package dev.pipit.spool;

import java.util.Arrays;

/** What the process knows of one segment: where its records are and which of them are settled. */
final class Segment {
    /** A multiple of 64, and more records than there are of pipit's shortest, 36 bytes. */
    private static final int FIRST_CAPACITY = 1152;

    final DiskFile file;
    final long generation;
    long firstSequence;
    String name;

    /** Where the next record goes. */
    int end = SegmentLayout.HEADER_LENGTH;

    /** Whether the end mark stands behind the last record. */
    boolean sealed;

    long firstStamp;
    long lastStamp;

    private long[] sequences = new long[FIRST_CAPACITY];
    private int[] offsets = new int[FIRST_CAPACITY];
    private long[] settled = new long[FIRST_CAPACITY / 64];
    private int count;
    private int unsettled;
    private boolean trimmed;

    Segment(String name, DiskFile file, long generation, long firstSequence) {
        this.name = name;
        this.file = file;
        this.generation = generation;
        this.firstSequence = firstSequence;
    }

    int count() {
        return count;
    }

    int unsettled() {
        return unsettled;
    }

    long sequence(int index) {
        return sequences[index];
    }

    int offset(int index) {
        return offsets[index];
    }

    long lastSequence() {
        return count == 0 ? firstSequence - 1 : sequences[count - 1];
    }

    /** Makes room for one more record ahead of time, so that adding it cannot fail. */
    void reserve() {
        if (count == offsets.length) {
            sequences = Arrays.copyOf(sequences, 2 * count);
            offsets = Arrays.copyOf(offsets, 2 * count);
            settled = Arrays.copyOf(settled, 2 * count / 64);
        }
    }

    void add(long sequence, long stamp, int length) {
        reserve();
        if (count == 0) {
            firstStamp = stamp;
        }
        lastStamp = stamp;
        sequences[count] = sequence;
        offsets[count] = end;
        settled[count >> 6] &= ~(1L << count);
        count++;
        unsettled++;
        end += SegmentLayout.RECORD_HEADER_LENGTH + length;
    }

    /** Forgets the records from an index on; returns how many of them were unsettled. */
    int truncate(int index) {
        int before = unsettled;
        for (int i = index; i < count; i++) {
            unsettled -= isSettled(i) ? 0 : 1;
        }
        end = index < count ? offsets[index] : end;
        count = index;
        return before - unsettled;
    }

    /** Gives back what a full segment does not need. */
    void trim() {
        if (trimmed) {
            return;
        }
        trimmed = true;
        sequences = Arrays.copyOf(sequences, count);
        offsets = Arrays.copyOf(offsets, count);
        settled = Arrays.copyOf(settled, (count >> 6) + 1);
    }

    boolean isSettled(int index) {
        return (settled[index >> 6] & 1L << index) != 0;
    }

    /** The index of the first record whose sequence is above {@code after}; the count if none. */
    int above(long after) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sequences[middle] > after) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** The first unsettled record from an index on; -1 if none. */
    int unsettledFrom(int index) {
        int i = index;
        while (i < count) {
            long open = ~settled[i >> 6] >>> i;
            if (open != 0) {
                i += Long.numberOfTrailingZeros(open);
                return i < count ? i : -1;
            }
            i = ((i >> 6) + 1) << 6;
        }
        return -1;
    }

    /** Whether the record was there and not settled before. */
    boolean settle(long sequence) {
        int index = above(sequence - 1);
        if (index == count || sequences[index] != sequence || isSettled(index)) {
            return false;
        }
        settled[index >> 6] |= 1L << index;
        unsettled--;
        return true;
    }
}
