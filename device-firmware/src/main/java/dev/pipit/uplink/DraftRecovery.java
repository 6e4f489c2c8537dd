package dev.pipit.uplink;

import dev.pipit.spool.Durability;
import dev.pipit.spool.Spool;
import dev.pipit.spool.SpoolRecord;
import dev.pipit.telemetry.Batch;
import dev.pipit.telemetry.Reading;
import dev.pipit.telemetry.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/**
 * Makes records of the batches that were open when an earlier process was killed. Runs once, before
 * the first reading.
 */
final class DraftRecovery {
    private final Spool spool;
    private final IntFunction<@Nullable Schema> schemas;

    /** By schema: the last draft that a frame in the spool contains. */
    private final Map<Integer, Long> replaced = new HashMap<>();

    private final Map<Integer, Open> open = new HashMap<>();
    private final List<Long> done = new ArrayList<>();
    private int readings;

    /** A batch that is being put together again. */
    private static final class Open {
        final Batch batch;
        final Reading reading;
        final RecordFormat format;
        final byte[] out;
        long boot;
        long offsetMs;
        long last;

        Open(Schema schema) {
            int rows = ReadingStore.mostRows(schema, schema.batch());
            batch = new Batch(schema, rows);
            reading = new Reading(schema.channels().size());
            format = new CompactFormat(schema, rows);
            out = new byte[StoredRecord.HEADER_LENGTH + format.maxLength(rows)];
        }
    }

    /**
     * @param schemas by id, also of sensors that are not configured any more; {@code null}: none
     */
    DraftRecovery(Spool spool, IntFunction<@Nullable Schema> schemas) {
        this.spool = spool;
        this.schemas = schemas;
    }

    /** Returns how many readings were brought back. */
    int run() {
        SpoolRecord record = new SpoolRecord();
        if (!spool.nextDraft(0, record)) {
            return 0;
        }
        // A frame comes after every draft that it contains.
        for (long at = record.sequence(); spool.next(at, record); at = record.sequence()) {
            byte[] bytes = record.payload();
            if (record.length() > StoredRecord.HEADER_LENGTH && StoredRecord.replaces(bytes) != 0) {
                replaced.merge(StoredRecord.schema(bytes), StoredRecord.replaces(bytes), Math::max);
            }
        }
        for (long at = 0; spool.nextDraft(at, record); at = record.sequence()) {
            take(record);
        }
        open.values().forEach(this::close);
        long[] sequences = done.stream().mapToLong(Long::longValue).toArray();
        spool.draftsDone(sequences, sequences.length);
        return readings;
    }

    private void take(SpoolRecord record) {
        byte[] bytes = record.payload();
        done.add(record.sequence());
        if (record.length() < StoredRecord.HEADER_LENGTH || bytes[0] != StoredRecord.DRAFT) {
            Logger.error("a draft of {} bytes is none and left out", record.length());
            return;
        }
        int id = StoredRecord.schema(bytes);
        Schema schema = schemas.apply(id);
        int channels = (record.length() - StoredRecord.HEADER_LENGTH) / 9;
        if (schema == null || schema.channels().size() != channels) {
            Logger.error("a reading of schema {} is left out: nobody knows that schema", id);
            return;
        }
        if (record.sequence() <= replaced.getOrDefault(id, 0L)) {
            return;
        }
        Open into = open.computeIfAbsent(id, unseen -> new Open(schema));
        long boot = StoredRecord.boot(bytes);
        long offsetMs = StoredRecord.offsetMs(bytes);
        if (into.batch.isFull()
                || into.boot != boot
                || (into.offsetMs == 0) != (offsetMs == 0)
                || Math.abs(into.offsetMs - offsetMs) >= BootClock.JUMP_MS) {
            close(into);
            into.boot = boot;
            into.offsetMs = offsetMs;
        }
        into.reading.timeMs(StoredRecord.timeMs(bytes));
        int at = StoredRecord.HEADER_LENGTH;
        for (int channel = 0; channel < channels; channel++, at += 9) {
            if (bytes[at] == Reading.PRESENT) {
                into.reading.value(channel, StoredRecord.getLong(bytes, at + 1));
            } else {
                into.reading.missing(channel, bytes[at] & 7);
            }
        }
        into.batch.add(into.reading);
        into.last = record.sequence();
        readings++;
    }

    private void close(Open batch) {
        boolean sinceBoot = batch.offsetMs == 0;
        int rows = batch.batch.size();
        for (int row = 0; row < rows; row += batch.format.rowsTaken()) {
            int length =
                    StoredRecord.HEADER_LENGTH
                            + batch.format.encode(
                                    batch.batch,
                                    row,
                                    sinceBoot,
                                    batch.out,
                                    StoredRecord.HEADER_LENGTH);
            StoredRecord.header(
                    batch.out,
                    StoredRecord.FRAME,
                    batch.batch.schema().id(),
                    batch.boot,
                    batch.offsetMs,
                    row + batch.format.rowsTaken() >= rows ? batch.last : 0);
            spool.append(Durability.DURABLE, batch.batch.timeMs(row), batch.out, 0, length);
        }
        batch.batch.clear();
    }
}
