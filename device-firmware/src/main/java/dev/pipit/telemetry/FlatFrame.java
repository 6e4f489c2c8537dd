package dev.pipit.telemetry;

/**
 * One reading at fixed offsets, for the live view and for consumers that can only unpack bytes.
 *
 * <pre>
 *   0        1           2                           8                          n
 *  +--------+-----------+---------------------------+-----------+--- - - -----+ - - - - +
 *  | 1101tcb0 schema id | time, unsigned 48 bits, ms| channel 0 | channel 1 .. |  CRC-16 |
 *  +--------+-----------+---------------------------+-----------+--- - - -----+ - - - - +
 *                                                    signed, w bytes each       if c
 * </pre>
 *
 * All big-endian. The eight lowest codes of a width, MIN + 0 to MIN + 7, say why there is no value.
 */
public final class FlatFrame {
    /** Offset of the first channel. */
    public static final int CHANNELS_AT = 8;

    private static final int UNDER_RANGE = 3;
    private static final int OVER_RANGE = 4;
    private static final int REASONS = 8;

    private FlatFrame() {}

    /** Bytes of a frame with these flags. */
    public static int length(Schema schema, int flags) {
        return schema.flatLength() + ((flags & FrameFlags.CRC) == 0 ? 0 : 2);
    }

    /**
     * Writes one reading; allocates nothing. The time is rounded down to the schema's quantum. A
     * value that does not fit its width, or that would read as a reason, is sent as under or over
     * range.
     *
     * @param flags of {@link FrameFlags}; {@link FrameFlags#DENSE} is ignored
     * @param reading as many channels as the schema
     * @return the length written
     * @throws IllegalArgumentException if the time is outside 0..2^48-1 ms or the number of
     *     channels differs
     */
    public static int encode(Schema schema, int flags, Reading reading, byte[] out, int offset) {
        int channels = schema.channelCount();
        if (reading.channels() != channels) {
            throw new IllegalArgumentException(
                    "reading of "
                            + reading.channels()
                            + " channels: schema "
                            + schema.id()
                            + " has "
                            + channels);
        }
        long timeMs = schema.onQuantum(reading.timeMs());
        if (timeMs < 0 || timeMs > Schema.MAX_TIME_MS) {
            throw new IllegalArgumentException(
                    "time " + reading.timeMs() + " ms: expected 0 to 2^48 - 1");
        }
        int kept = flags & (FrameFlags.SINCE_BOOT | FrameFlags.CRC | FrameFlags.BACKFILLED);
        FrameFlags.putHeader(schema, kept, out, offset);
        put(timeMs, 6, out, offset + FrameFlags.HEADER_LENGTH);
        int at = offset + CHANNELS_AT;
        for (int i = 0; i < channels; i++) {
            int width = schema.width(i);
            put(code(reading, i, width), width, out, at);
            at += width;
        }
        return FrameFlags.putCrc(schema, kept, out, offset, at - offset);
    }

    private static long code(Reading reading, int channel, int width) {
        long least = Long.MIN_VALUE >> (64 - 8 * width);
        if (!reading.present(channel)) {
            return least + reading.reason(channel);
        }
        long value = reading.value(channel);
        if (value < least + REASONS) {
            return least + UNDER_RANGE;
        }
        return value > ~least ? least + OVER_RANGE : value;
    }

    private static void put(long value, int width, byte[] out, int offset) {
        for (int i = 0; i < width; i++) {
            out[offset + i] = (byte) (value >> (8 * (width - 1 - i)));
        }
    }

    /**
     * Reads one frame; allocates nothing unless it is refused.
     *
     * @param into filled with time and channels
     * @return the frame's flags
     * @throws FormatException if it is no flat frame of this schema, byte for byte
     */
    public static int decode(Schema schema, byte[] frame, int offset, int length, Reading into)
            throws FormatException {
        int end = FrameFlags.check(schema, 0, frame, offset, length);
        if (end - offset != schema.flatLength()) {
            throw new FormatException(
                    "flat frame of "
                            + (end - offset)
                            + " bytes before any CRC: schema "
                            + schema.id()
                            + " has "
                            + schema.flatLength());
        }
        if (into.channels() != schema.channelCount()) {
            throw new IllegalArgumentException(
                    "reading of "
                            + into.channels()
                            + " channels: expected "
                            + schema.channelCount());
        }
        into.timeMs(take(frame, offset + FrameFlags.HEADER_LENGTH, 6) & Schema.MAX_TIME_MS);
        int at = offset + CHANNELS_AT;
        for (int i = 0; i < schema.channelCount(); i++) {
            int width = schema.width(i);
            long code = take(frame, at, width);
            long reason = code - (Long.MIN_VALUE >> (64 - 8 * width));
            if (reason >= 0 && reason < REASONS) {
                into.missing(i, (int) reason);
            } else {
                into.value(i, code);
            }
            at += width;
        }
        return frame[offset] & 0x0F;
    }

    private static long take(byte[] in, int offset, int width) {
        long value = in[offset];
        for (int i = 1; i < width; i++) {
            value = value << 8 | (in[offset + i] & 0xFF);
        }
        return value;
    }
}
