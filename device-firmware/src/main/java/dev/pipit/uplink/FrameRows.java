package dev.pipit.uplink;

import dev.pipit.telemetry.Batch;
import dev.pipit.telemetry.DenseDecoder;
import dev.pipit.telemetry.FlatFrame;
import dev.pipit.telemetry.FormatException;
import dev.pipit.telemetry.FrameFlags;
import dev.pipit.telemetry.Reading;
import dev.pipit.telemetry.Schema;

/** Frames of one schema back to rows; allocates nothing per frame. One thread at a time. */
final class FrameRows {
    private final DenseDecoder decoder = new DenseDecoder();
    private final Batch batch;
    private final Reading reading;
    private int flags;

    FrameRows(Schema schema) {
        batch = new Batch(schema, schema.batch());
        reading = new Reading(schema.channels().size());
    }

    /**
     * Reads a frame, flat or dense.
     *
     * @return its rows, until the next call
     */
    Batch read(byte[] frame, int offset, int length) throws FormatException {
        flags = FrameFlags.of(frame, offset, length);
        if ((flags & FrameFlags.DENSE) != 0) {
            decoder.decode(frame, offset, length, batch);
        } else {
            FlatFrame.decode(batch.schema(), frame, offset, length, reading);
            batch.clear();
            batch.add(reading);
        }
        return batch;
    }

    /** Of the last frame. */
    int flags() {
        return flags;
    }
}
