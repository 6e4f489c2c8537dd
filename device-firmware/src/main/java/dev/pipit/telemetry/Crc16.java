package dev.pipit.telemetry;

/**
 * CRC-16/CCITT-FALSE: polynomial 0x1021, start 0xFFFF, not reflected, no final XOR; check value of
 * {@code "123456789"}: 0x29B1.
 */
public final class Crc16 {
    /** What a computation over bytes that follow nothing starts with. */
    public static final int START = 0xFFFF;

    private static final short[] TABLE = table();

    private Crc16() {}

    private static short[] table() {
        short[] table = new short[256];
        for (int i = 0; i < 256; i++) {
            int crc = i << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) == 0 ? crc << 1 : (crc << 1) ^ 0x1021;
            }
            table[i] = (short) crc;
        }
        return table;
    }

    /**
     * The checksum, 0..0xFFFF, of bytes that follow others.
     *
     * @param crc {@link #START}, or the checksum of what came before
     */
    public static int update(int crc, byte[] bytes, int offset, int length) {
        int value = crc;
        for (int i = offset; i < offset + length; i++) {
            value = ((value << 8) ^ TABLE[(value >> 8 ^ bytes[i]) & 0xFF]) & 0xFFFF;
        }
        return value;
    }
}
