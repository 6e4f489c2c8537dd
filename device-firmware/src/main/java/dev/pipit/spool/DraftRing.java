package dev.pipit.spool;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Drafts in one file of fixed length in memory, written round and round. What is done is marked in
 * place, so that nothing has to be moved, named or allocated.
 *
 * <pre>
 *  slots of 128 bytes; a draft begins at a slot and may fill several
 *   0       4       8          16      24      28
 *  +-------+-------+----------+-------+-------+-------- - - -
 *  | length| CRC-32C sequence | stamp | state | payload           CRC over all but state
 *  +-------+-------+----------+-------+-------+-------- - - -     state: 0 open, 1 done
 * </pre>
 *
 * Not safe for threads: the {@link Spool} guards it.
 */
final class DraftRing {
    static final String NAME = "drafts";

    private static final int SLOT_LENGTH = 128;
    private static final int STATE_AT = SegmentLayout.RECORD_HEADER_LENGTH;
    private static final int PAYLOAD_AT = STATE_AT + 4;
    private static final int DONE = 1;

    private final DiskFile file;
    private final CRC32C crc = new CRC32C();
    private final byte[] scratch;
    private final byte[] state = new byte[4];

    // The drafts in the order of their sequences, from head to tail, round and round.
    private final long[] sequences;
    private final int[] slots;
    private final int[] lengths;
    private final boolean[] done;
    private int head;
    private int count;
    private int nextSlot;

    private DraftRing(DiskFile file) {
        this.file = file;
        int capacity = file.length() / SLOT_LENGTH;
        sequences = new long[capacity];
        slots = new int[capacity];
        lengths = new int[capacity];
        done = new boolean[capacity];
        scratch = new byte[SegmentLayout.SEGMENT_LENGTH];
    }

    /**
     * Opens or makes the file.
     *
     * @param bytes of the file, if it is made; a multiple of 128
     */
    static DraftRing open(Disk disk, int bytes) throws IOException {
        boolean exists = disk.names().contains(NAME);
        DiskFile file = exists ? disk.open(NAME) : disk.create(NAME, bytes);
        if (file.length() < SLOT_LENGTH || file.length() % SLOT_LENGTH != 0) {
            // Made by a process that was killed over it: no draft was ever kept there.
            file.close();
            file = disk.create(NAME, bytes);
        }
        DraftRing ring = new DraftRing(file);
        ring.recover();
        return ring;
    }

    private record Found(long sequence, int slot, int length) {}

    private void recover() throws IOException {
        byte[] all = new byte[file.length()];
        file.read(0, all, 0, all.length);
        List<Found> found = new ArrayList<>();
        for (int slot = 0; slot < sequences.length; ) {
            int at = slot * SLOT_LENGTH;
            int length = checked(all, at);
            if (length < 0) {
                slot++;
                continue;
            }
            if (SegmentLayout.getInt(all, at + STATE_AT) != DONE) {
                found.add(
                        new Found(
                                SegmentLayout.getLong(all, at + SegmentLayout.SEQUENCE_AT),
                                slot,
                                length));
            }
            slot += slotsOf(length);
        }
        found.sort(Comparator.comparingLong(Found::sequence));
        for (Found draft : found) {
            add(draft.sequence, draft.slot, draft.length);
        }
    }

    private void add(long sequence, int slot, int length) {
        int at = (head + count) % sequences.length;
        sequences[at] = sequence;
        slots[at] = slot;
        lengths[at] = length;
        done[at] = false;
        count++;
        nextSlot = (slot + slotsOf(length)) % sequences.length;
    }

    private static int slotsOf(int length) {
        return (PAYLOAD_AT + length + SLOT_LENGTH - 1) / SLOT_LENGTH;
    }

    /** The length of the draft at an offset; -1: none checks there. */
    private int checked(byte[] bytes, int at) {
        int length = SegmentLayout.getInt(bytes, at);
        if (length < 1 || length > bytes.length - at - PAYLOAD_AT) {
            return -1;
        }
        return SegmentLayout.getInt(bytes, at + 4) == checksum(bytes, at, length) ? length : -1;
    }

    private int checksum(byte[] bytes, int at, int length) {
        crc.reset();
        crc.update(bytes, at, 4);
        crc.update(bytes, at + 8, STATE_AT - 8);
        crc.update(bytes, at + PAYLOAD_AT, length);
        return (int) crc.getValue();
    }

    /** The highest sequence of a draft that is not done; 0: none. */
    long lastSequence() {
        return count == 0 ? 0 : sequences[(head + count - 1) % sequences.length];
    }

    /** Adds a draft; false if there is no room. Allocates nothing. */
    boolean append(long sequence, long stamp, byte[] bytes, int offset, int length)
            throws IOException {
        int needed = slotsOf(length);
        int slot = nextSlot + needed <= sequences.length ? nextSlot : 0;
        if (count == sequences.length || needed > sequences.length || !isFree(slot, needed)) {
            return false;
        }
        SegmentLayout.putInt(scratch, 0, length);
        SegmentLayout.putLong(scratch, SegmentLayout.SEQUENCE_AT, sequence);
        SegmentLayout.putLong(scratch, SegmentLayout.STAMP_AT, stamp);
        SegmentLayout.putInt(scratch, STATE_AT, 0);
        System.arraycopy(bytes, offset, scratch, PAYLOAD_AT, length);
        SegmentLayout.putInt(scratch, 4, checksum(scratch, 0, length));
        file.write(slot * SLOT_LENGTH, scratch, 0, PAYLOAD_AT + length);
        add(sequence, slot, length);
        return true;
    }

    /** Whether nothing that is not done lies in these slots. */
    private boolean isFree(int slot, int needed) {
        if (count == 0) {
            return true;
        }
        int oldest = slots[head];
        if (nextSlot <= oldest) {
            return slot == nextSlot && slot + needed <= oldest;
        }
        return slot == nextSlot || needed <= oldest;
    }

    /** The draft is not needed any more; false if there is none. Allocates nothing. */
    boolean done(long sequence) throws IOException {
        int index = above(sequence - 1);
        int at = (head + index) % sequences.length;
        if (index == count || sequences[at] != sequence || done[at]) {
            return false;
        }
        done[at] = true;
        SegmentLayout.putInt(state, 0, DONE);
        file.write(slots[at] * SLOT_LENGTH + STATE_AT, state, 0, state.length);
        while (count > 0 && done[head]) {
            head = (head + 1) % sequences.length;
            count--;
        }
        return true;
    }

    /** How many drafts come before the first one above a sequence. */
    private int above(long sequence) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sequences[(head + middle) % sequences.length] > sequence) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** Reads the oldest draft above a sequence that is not done. */
    boolean next(long after, SpoolRecord into) throws IOException {
        for (int index = above(after); index < count; index++) {
            int at = (head + index) % sequences.length;
            if (done[at]) {
                continue;
            }
            file.read(slots[at] * SLOT_LENGTH, scratch, 0, PAYLOAD_AT + lengths[at]);
            if (checked(scratch, 0) != lengths[at]) {
                continue;
            }
            into.sequence = sequences[at];
            into.stamp = SegmentLayout.getLong(scratch, SegmentLayout.STAMP_AT);
            into.length = lengths[at];
            System.arraycopy(scratch, PAYLOAD_AT, into.payload, 0, into.length);
            return true;
        }
        return false;
    }

    void close() {
        SegmentLog.closeQuietly(file);
    }
}
