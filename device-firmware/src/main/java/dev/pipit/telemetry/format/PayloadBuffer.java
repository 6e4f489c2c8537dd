package dev.pipit.telemetry.format;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes of a payload as they are written; grows to the largest payload and stays so. */
public final class PayloadBuffer {
    private static final int FIRST = 512;

    private byte[] bytes = new byte[FIRST];
    private int length;
    private final byte[] digits = new byte[20];

    /** Starts a new payload in the same room. */
    public void clear() {
        length = 0;
    }

    public int length() {
        return length;
    }

    /** The room itself: the payload is its first {@link #length()} bytes until the next write. */
    public byte[] array() {
        return bytes;
    }

    /** A copy of the payload. */
    public byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    void put(int value) {
        room(1);
        bytes[length++] = (byte) value;
    }

    void put(byte[] more) {
        room(more.length);
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
    }

    void put(PayloadBuffer other) {
        room(other.length);
        System.arraycopy(other.bytes, 0, bytes, length, other.length);
        length += other.length;
    }

    /** The lowest bytes of a value, the most significant first. */
    void bigEndian(long value, int width) {
        room(width);
        for (int i = width - 1; i >= 0; i--) {
            bytes[length++] = (byte) (value >>> (8 * i));
        }
    }

    /** The lowest bytes of a value, the least significant first. */
    void littleEndian(long value, int width) {
        room(width);
        for (int i = 0; i < width; i++) {
            bytes[length++] = (byte) (value >>> (8 * i));
        }
    }

    /** A decimal number {@code unscaled / 10^scale} as JSON has it, without trailing zeros. */
    void decimal(long unscaled, int scale) {
        long rest = unscaled;
        int places = scale;
        while (places > 0 && rest % 10 == 0) {
            rest /= 10;
            places--;
        }
        if (rest < 0) {
            put('-');
        }
        int count = 0;
        do {
            // Of the remainder, because the smallest number has no positive counterpart.
            digits[count++] = (byte) ('0' + Math.abs(rest % 10));
            rest /= 10;
        } while (rest != 0);
        for (int i = Math.max(count, places + 1) - 1; i >= 0; i--) {
            put(i < count ? digits[i] : '0');
            if (i == places && i > 0) {
                put('.');
            }
        }
    }

    /** A number that does not fit the other form; allocates. */
    void decimal(BigDecimal value) {
        put(ascii(value.stripTrailingZeros().toPlainString()));
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}
