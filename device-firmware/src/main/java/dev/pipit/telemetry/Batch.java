package dev.pipit.telemetry;

/**
 * Readings of one sensor waiting to become a dense frame, or just decoded from one. Column by
 * column, preallocated: adding a reading allocates nothing.
 */
public final class Batch {
    private static final int UNDER_RANGE = 3;
    private static final int OVER_RANGE = 4;

    private final Schema schema;
    final long[] times;
    final long[][] values;
    final byte[][] reasons;
    private int size;

    /**
     * @param capacity readings held at most, 1..1024
     */
    public Batch(Schema schema, int capacity) {
        if (capacity < 1 || capacity > Schema.MAX_ROWS) {
            throw new IllegalArgumentException(
                    "batch of " + capacity + " readings: expected 1 to " + Schema.MAX_ROWS);
        }
        this.schema = schema;
        times = new long[capacity];
        values = new long[schema.channelCount()][capacity];
        reasons = new byte[schema.channelCount()][capacity];
    }

    public Schema schema() {
        return schema;
    }

    public int size() {
        return size;
    }

    public int capacity() {
        return times.length;
    }

    public boolean isFull() {
        return size == times.length;
    }

    public void clear() {
        size = 0;
    }

    /** Milliseconds since the epoch that the frame's flags name. */
    public long timeMs(int row) {
        return times[row];
    }

    /** In units of the channel's resolution; 0 where missing. */
    public long value(int row, int channel) {
        return values[channel][row];
    }

    /** Why the value is missing, 0..7 as on the wire, or {@link Reading#PRESENT}. */
    public int reason(int row, int channel) {
        return reasons[channel][row];
    }

    /**
     * Adds a reading; its time is rounded down to the schema's quantum. A value beyond ±(2^53 - 1)
     * has no dense form and becomes under or over range.
     *
     * @throws IllegalStateException if the batch is full
     * @throws IllegalArgumentException if the time is outside 0..2^48-1 ms
     */
    public void add(Reading reading) {
        if (isFull()) {
            throw new IllegalStateException("batch of " + size + " readings is full");
        }
        long timeMs = schema.onQuantum(reading.timeMs());
        if (timeMs < 0 || timeMs > Schema.MAX_TIME_MS) {
            throw new IllegalArgumentException(
                    "time " + reading.timeMs() + " ms: expected 0 to 2^48 - 1");
        }
        int row = size;
        times[row] = timeMs;
        for (int c = 0; c < values.length; c++) {
            long value = reading.value(c);
            int reason = reading.reason(c);
            if (reason == Reading.PRESENT
                    && (value > Schema.MAX_VALUE || value < -Schema.MAX_VALUE)) {
                reason = value < 0 ? UNDER_RANGE : OVER_RANGE;
                value = 0;
            }
            values[c][row] = value;
            reasons[c][row] = (byte) reason;
        }
        size = row + 1;
    }

    /** Copies a row into a reading of as many channels. */
    public void row(int row, Reading into) {
        into.timeMs(times[row]);
        for (int c = 0; c < values.length; c++) {
            if (reasons[c][row] == Reading.PRESENT) {
                into.value(c, values[c][row]);
            } else {
                into.missing(c, reasons[c][row]);
            }
        }
    }

    /**
     * Moves every time by an offset, rounded down to the quantum: readings stamped with the time
     * since boot become readings of the calendar.
     *
     * @throws IllegalArgumentException if a time would leave 0..2^48-1 ms; nothing is moved then
     */
    public void shift(long offsetMs) {
        long offset = schema.onQuantum(offsetMs);
        for (int i = 0; i < size; i++) {
            long moved = times[i] + offset;
            if (moved < 0 || moved > Schema.MAX_TIME_MS) {
                throw new IllegalArgumentException(
                        "time "
                                + times[i]
                                + " ms moved by "
                                + offset
                                + " ms: expected 0 to 2^48 - 1");
            }
        }
        for (int i = 0; i < size; i++) {
            times[i] += offset;
        }
    }

    /** Whether flat frames of these rows would say the same: every value fits its width. */
    boolean fitsFlat(int from, int to) {
        for (int c = 0; c < values.length; c++) {
            long most = Long.MAX_VALUE >> (64 - 8 * schema.width(c));
            long least = ~most + 8;
            for (int i = from; i < to; i++) {
                long value = values[c][i];
                if (reasons[c][i] == Reading.PRESENT && (value > most || value < least)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** For the decoder: makes room for rows that it fills itself. */
    void size(int rows) {
        size = rows;
    }
}
