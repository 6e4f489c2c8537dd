package dev.pipit.uplink;

import dev.pipit.config.RecordingConfig;
import dev.pipit.spool.Spool;
import dev.pipit.telemetry.FrameEncoder;
import dev.pipit.telemetry.Reading;
import dev.pipit.telemetry.Schema;
import dev.pipit.time.TimeSource;
import java.util.List;

/**
 * Where every reading goes: into the open batch of its sensor, from there into the spool.
 *
 * <p>{@link #add} is hot: it is called on the sampler threads and allocates nothing.
 */
final class ReadingStore {
    /** No frame is longer, whatever its rows hold: it has to fit one message and one record. */
    private static final int LONGEST_FRAME = 48 * 1024;

    private final TimeSource time;
    private final SensorBatch[] batches;

    /**
     * One sensor.
     *
     * @param schema with its final id
     */
    record Sensor(Schema schema, RecordingConfig recording) {}

    ReadingStore(Spool spool, List<Sensor> sensors, BootClock clock, TimeSource time) {
        this.time = time;
        batches = new SensorBatch[sensors.size()];
        for (int i = 0; i < batches.length; i++) {
            Schema schema = sensors.get(i).schema();
            RecordingConfig recording = sensors.get(i).recording();
            int rows = mostRows(schema, recording.batch());
            batches[i] =
                    new SensorBatch(
                            schema,
                            rows,
                            recording.age().toNanos(),
                            recording.durability(),
                            new CompactFormat(schema, rows),
                            spool,
                            clock.boot());
        }
    }

    /** So many rows as asked for, or as fit one message in any case. */
    static int mostRows(Schema schema, int rows) {
        int most = rows;
        while (most > 1 && FrameEncoder.maxLength(schema, most) > LONGEST_FRAME) {
            most--;
        }
        return most;
    }

    /** Returns whether there is a new record to send. */
    boolean add(int sensor, Reading reading, boolean synchronised) {
        long offsetMs = 0;
        if (synchronised) {
            long wallMs = time.wallMs();
            long sinceBootMs = time.sinceBootMs();
            // A clock that was set since the reading was stamped: by what it was stamped counts.
            offsetMs =
                    Math.abs(wallMs - reading.timeMs()) < BootClock.JUMP_MS / 2
                            ? wallMs - sinceBootMs
                            : reading.timeMs() - sinceBootMs;
        }
        return batches[sensor].add(reading, synchronised, offsetMs, time.monotonicNs());
    }

    /** Closes batches that have waited long enough; to be called each second. */
    void closeOld() {
        long nowNs = time.monotonicNs();
        for (SensorBatch batch : batches) {
            batch.closeIfOld(nowNs);
        }
    }

    /** Closes every batch. */
    void closeAll() {
        for (SensorBatch batch : batches) {
            batch.close();
        }
    }

    /** Readings that a full spool's policy let go as they came. */
    long refused() {
        long refused = 0;
        for (SensorBatch batch : batches) {
            refused += batch.refused();
        }
        return refused;
    }
}
