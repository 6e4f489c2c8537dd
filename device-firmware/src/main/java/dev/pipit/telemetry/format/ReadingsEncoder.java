package dev.pipit.telemetry.format;

import dev.pipit.telemetry.Batch;

/**
 * Writes rows of one sensor as one payload. Made for one sensor; one thread at a time; allocates
 * nothing once the buffer has grown to its size.
 */
public interface ReadingsEncoder {
    /**
     * Appends one payload.
     *
     * @param from first row
     * @param to behind the last row, above {@code from}
     * @param flags of {@link dev.pipit.telemetry.FrameFlags}: whether times count from boot, and
     *     whether the rows come later than they were due
     * @param nowMs the present on the clock that the times are of, milliseconds
     */
    void encode(Batch batch, int from, int to, int flags, long nowMs, PayloadBuffer out);
}
