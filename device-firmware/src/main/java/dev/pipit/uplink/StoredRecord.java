package dev.pipit.uplink;

import dev.pipit.spool.Origin;

/**
 * What the spool holds of a reading: one layout for frames that wait for the broker and for drafts,
 * the rows of a batch that is still open. All integers big-endian.
 *
 * <pre>
 *   0      1           2        10         18         26
 *  +------+-----------+--------+----------+----------+----- - - -
 *  | kind | schema id | boot   | offset   | replaces | frame          kind 1: a frame for `data`
 *  +------+-----------+--------+----------+----------+----- - - -
 *  | kind | schema id | boot   | offset   | time     | per channel: reason, value (1 + 8 bytes)
 *  +------+-----------+--------+----------+----------+----- - - -     kind 2: a draft
 * </pre>
 *
 * {@code boot} names the boot that stamped the readings, {@code offset} is what its wall clock and
 * its time since boot differed by then, in ms; 0 while the clock was not set and times count from
 * boot. {@code replaces} is the sequence of the last draft that the frame contains, 0 if none: such
 * drafts may still be there after a kill.
 */
final class StoredRecord {
    static final int FRAME = 1;
    static final int DRAFT = 2;

    static final int BOOT_AT = 2;
    static final int OFFSET_AT = 10;
    static final int REPLACES_AT = 18;
    static final int TIME_AT = 18;
    static final int HEADER_LENGTH = 26;

    private StoredRecord() {}

    static void header(
            byte[] out, int kind, int schema, long boot, long offsetMs, long timeOrReplaces) {
        out[0] = (byte) kind;
        out[1] = (byte) schema;
        putLong(out, BOOT_AT, boot);
        putLong(out, OFFSET_AT, offsetMs);
        putLong(out, REPLACES_AT, timeOrReplaces);
    }

    static int schema(byte[] record) {
        return record[1] & 0xFF;
    }

    /** Whose a record is, for the spool's losses: its schema. */
    static int origin(byte[] record, int offset, int length) {
        return length < 2 ? Origin.UNKNOWN : record[offset + 1] & 0xFF;
    }

    static long boot(byte[] record) {
        return getLong(record, BOOT_AT);
    }

    static long offsetMs(byte[] record) {
        return getLong(record, OFFSET_AT);
    }

    static long replaces(byte[] record) {
        return getLong(record, REPLACES_AT);
    }

    static long timeMs(byte[] record) {
        return getLong(record, TIME_AT);
    }

    static void putLong(byte[] out, int at, long value) {
        for (int i = 0; i < 8; i++) {
            out[at + i] = (byte) (value >> (56 - 8 * i));
        }
    }

    static long getLong(byte[] in, int at) {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | (in[at + i] & 0xFF);
        }
        return value;
    }
}
