package dev.pipit.uplink;

import dev.pipit.spool.SpoolRecord;
import dev.pipit.telemetry.FormatException;
import dev.pipit.telemetry.FrameFlags;
import dev.pipit.telemetry.Retiming;
import dev.pipit.telemetry.Schema;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/**
 * From a record of the spool to the payload that goes out: marks what is backfilled, and gives
 * readings of a clock that was not set, or wrong, their times. The same record, correction and mark
 * always give the same bytes. One thread at a time; allocates nothing but for corrections.
 */
final class FramePayload {
    private final BootClock clock;
    private final IntFunction<@Nullable Schema> schemas;

    private byte[] bytes = new byte[0];
    private int offset;
    private int length;

    private @Nullable Retiming retiming;
    private int retimingSchema = -1;
    private byte[] moved = new byte[0];

    FramePayload(BootClock clock, IntFunction<@Nullable Schema> schemas) {
        this.clock = clock;
        this.schemas = schemas;
    }

    /** The schema of the frame in a record, 0..255; -1 if there is none. */
    int schema(SpoolRecord record) {
        return record.length() >= StoredRecord.HEADER_LENGTH + FrameFlags.HEADER_LENGTH
                        && record.payload()[0] == StoredRecord.FRAME
                ? StoredRecord.schema(record.payload())
                : -1;
    }

    /** Whether its readings will get their times when this boot's clock is set. */
    boolean awaitsClock(SpoolRecord record) {
        return StoredRecord.offsetMs(record.payload()) == 0
                && StoredRecord.boot(record.payload()) == clock.boot()
                && !clock.isSet();
    }

    /** How far its readings have to be moved in time; 0: not at all, or nobody knows. */
    long correctionMs(SpoolRecord record) {
        return clock.correctionMs(
                StoredRecord.boot(record.payload()), StoredRecord.offsetMs(record.payload()));
    }

    /** Makes the payload: {@link #bytes}, {@link #offset}, {@link #length}. */
    void prepare(SpoolRecord record, long correctionMs, boolean backfilled) {
        bytes = record.payload();
        offset = StoredRecord.HEADER_LENGTH;
        length = record.length() - StoredRecord.HEADER_LENGTH;
        int flags = backfilled ? FrameFlags.BACKFILLED : 0;
        if (correctionMs != 0 && move(schema(record), correctionMs, flags)) {
            return;
        }
        bytes[offset] |= (byte) flags;
    }

    private boolean move(int id, long correctionMs, int flags) {
        Schema schema = schemas.apply(id);
        if (schema == null) {
            return false;
        }
        Retiming with = retiming;
        if (with == null || retimingSchema != id) {
            with = new Retiming(schema);
            retiming = with;
            retimingSchema = id;
            moved = new byte[Retiming.maxLength(schema)];
        }
        try {
            int written = with.apply(bytes, offset, length, correctionMs, flags, moved);
            if (written == 0) {
                return false;
            }
            bytes = moved;
            offset = 0;
            length = written;
            return true;
        } catch (FormatException damaged) {
            Logger.error("a frame of schema {} keeps its time: {}", id, damaged.getMessage());
            return false;
        }
    }

    byte[] bytes() {
        return bytes;
    }

    int offset() {
        return offset;
    }

    int length() {
        return length;
    }
}
