package dev.pipit.uplink;

import dev.pipit.telemetry.Batch;

/**
 * How the closed batches of one sensor become the payloads of messages on {@code data}. One thread
 * at a time; called for every batch, so it allocates nothing.
 *
 * <pre>{@code
 * for (int row = 0; row < batch.size(); row += format.rowsTaken()) {
 *     int length = format.encode(batch, row, sinceBoot, out, 0);
 * }
 * }</pre>
 */
interface RecordFormat {
    /** Room that any payload of a batch of this size fits in, bytes. */
    int maxLength(int rows);

    /**
     * Writes the next payload of a batch.
     *
     * @param from the first row; 0 for a new batch, then the rows taken so far
     * @param sinceBoot whether times count from boot, because the clock is not set yet
     * @return the payload's length
     */
    int encode(Batch batch, int from, boolean sinceBoot, byte[] out, int offset);

    /** How many rows the last payload holds. */
    int rowsTaken();
}
