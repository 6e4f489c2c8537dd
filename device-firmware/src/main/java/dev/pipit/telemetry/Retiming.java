package dev.pipit.telemetry;

/**
 * Gives frames that were made before the clock was set their times: decodes them, moves every time
 * by the offset of their boot, and encodes them again. Preallocated; one thread at a time.
 */
public final class Retiming {
    private final Batch batch;
    private final Reading reading;
    private final DenseDecoder decoder = new DenseDecoder();
    private final FrameEncoder encoder;

    public Retiming(Schema schema) {
        batch = new Batch(schema, Schema.MAX_ROWS);
        reading = new Reading(schema.channelCount());
        encoder = new FrameEncoder(schema, Schema.MAX_ROWS, DenseEncoder.Effort.FULL);
    }

    /** Room that the result fits in, whatever the frame holds. */
    public static int maxLength(Schema schema) {
        return FrameEncoder.maxLength(schema, Schema.MAX_ROWS);
    }

    /**
     * Moves a frame in time.
     *
     * @param offsetMs what its boot began at, since the epoch; rounded down to the quantum. The
     *     same frame must always meet the same offset: a redelivery has to be identical
     * @param flags of the result, without {@link FrameFlags#SINCE_BOOT} and the kind
     * @param out with room for {@link FrameEncoder#maxLength} of the frame's rows
     * @return the length; 0 if the frame has no such form, and is sent as it is
     * @throws FormatException if it is no frame of this schema
     */
    public int apply(byte[] frame, int offset, int length, long offsetMs, int flags, byte[] out)
            throws FormatException {
        if ((FrameFlags.of(frame, offset, length) & FrameFlags.DENSE) != 0) {
            decoder.decode(frame, offset, length, batch);
        } else {
            FlatFrame.decode(batch.schema(), frame, offset, length, reading);
            batch.clear();
            batch.add(reading);
        }
        long first = batch.timeMs(0) + offsetMs;
        long last = batch.timeMs(batch.size() - 1) + offsetMs;
        if (Math.min(first, last) < 0 || Math.max(first, last) > Schema.MAX_TIME_MS) {
            return 0;
        }
        batch.shift(offsetMs);
        int written = encoder.encode(batch, 0, flags & ~FrameFlags.SINCE_BOOT, out, 0);
        return encoder.rowsTaken() == batch.size() ? written : 0;
    }
}
