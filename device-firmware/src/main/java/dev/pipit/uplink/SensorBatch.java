package dev.pipit.uplink;

import dev.pipit.spool.Durability;
import dev.pipit.spool.Spool;
import dev.pipit.telemetry.Batch;
import dev.pipit.telemetry.Reading;
import dev.pipit.telemetry.Schema;

/**
 * The open batch of one sensor. Each reading is a draft in the spool's ring as soon as it is here,
 * so that a process that is killed has lost none; a closed batch becomes one record, as a rule, and
 * its drafts go.
 *
 * <p>Called by the sampler thread of the sensor's bus, and by the recorder's thread for batches
 * that grow old. Adding a reading allocates nothing.
 */
final class SensorBatch {
    private final Schema schema;
    private final RecordFormat format;
    private final Durability durability;
    private final long ageNs;
    private final Spool spool;
    private final long boot;
    private final Batch batch;
    private final byte[] draft;
    private final byte[] out;
    private final long[] drafts;
    private final boolean keepsDrafts;

    // valid for the open batch
    private int draftCount;
    private long openedNs;
    private boolean sinceBoot;
    private long offsetMs;

    private long refused;

    /**
     * @param rows 1..1024
     * @param boot names this boot in the records
     */
    SensorBatch(
            Schema schema,
            int rows,
            long ageNs,
            Durability durability,
            RecordFormat format,
            Spool spool,
            long boot) {
        this.schema = schema;
        this.format = format;
        this.durability = durability;
        this.ageNs = ageNs;
        this.spool = spool;
        this.boot = boot;
        int channels = schema.channels().size();
        batch = new Batch(schema, rows);
        draft = new byte[StoredRecord.HEADER_LENGTH + 9 * channels];
        out = new byte[StoredRecord.HEADER_LENGTH + format.maxLength(rows)];
        drafts = new long[rows];
        keepsDrafts = durability == Durability.DURABLE && rows > 1 && spool.keepsDrafts();
    }

    /**
     * Adds a reading.
     *
     * @param synchronised whether its time counts from the epoch
     * @param nowOffsetMs what wall clock and time since boot differ by
     * @return whether there is a new record to send
     */
    synchronized boolean add(Reading reading, boolean synchronised, long nowOffsetMs, long nowNs) {
        long offset = synchronised ? nowOffsetMs : 0;
        boolean closed = false;
        if (batch.size() > 0
                && (sinceBoot == synchronised
                        || Math.abs(offset - offsetMs) >= BootClock.JUMP_MS
                        || nowNs - openedNs >= ageNs)) {
            close();
            closed = true;
        }
        if (batch.size() == 0) {
            openedNs = nowNs;
            sinceBoot = !synchronised;
            offsetMs = offset;
        }
        batch.add(reading);
        boolean kept = !keepsDrafts || keepDraft(reading);
        if (batch.isFull() || !kept || ageNs == 0) {
            close();
            closed = true;
        }
        return closed;
    }

    private boolean keepDraft(Reading reading) {
        StoredRecord.header(
                draft, StoredRecord.DRAFT, schema.id(), boot, offsetMs, reading.timeMs());
        int at = StoredRecord.HEADER_LENGTH;
        for (int channel = 0; channel < reading.channels(); channel++) {
            draft[at] = (byte) reading.reason(channel);
            StoredRecord.putLong(draft, at + 1, reading.value(channel));
            at += 9;
        }
        long sequence = spool.draft(reading.timeMs(), draft, 0, at);
        if (sequence != 0) {
            drafts[draftCount++] = sequence;
        }
        return sequence != 0;
    }

    /** Closes the batch if its first reading has waited long enough. */
    synchronized void closeIfOld(long nowNs) {
        if (batch.size() > 0 && nowNs - openedNs >= ageNs) {
            close();
        }
    }

    /** What there is becomes a record now. */
    synchronized void close() {
        int rows = batch.size();
        long replaces = draftCount == 0 ? 0 : drafts[draftCount - 1];
        for (int row = 0; row < rows; row += format.rowsTaken()) {
            int length =
                    format.encode(batch, row, sinceBoot, out, StoredRecord.HEADER_LENGTH)
                            + StoredRecord.HEADER_LENGTH;
            // Only the last of several says that the drafts are in: a kill between sends twice.
            long done = row + format.rowsTaken() >= rows ? replaces : 0;
            StoredRecord.header(
                    out, StoredRecord.FRAME, schema.id(), boot, sinceBoot ? 0 : offsetMs, done);
            if (spool.append(durability, batch.timeMs(row), out, 0, length) == Spool.REFUSED) {
                refused += format.rowsTaken();
            }
        }
        spool.draftsDone(drafts, draftCount);
        draftCount = 0;
        batch.clear();
    }

    /** Readings that a full spool's policy let go as they came. */
    synchronized long refused() {
        return refused;
    }
}
