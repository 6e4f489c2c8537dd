package dev.pipit.driver.environment;

/**
 * The BME280's arithmetic: raw register contents to physical values, in the integers of Bosch's
 * data sheet BST-BME280-DS001 revision 1.24, section 4.2.3 (temperature and humidity in 32 bits,
 * pressure in 64). Knows nothing of buses.
 *
 * <p>Calibration, section 4.2.2, little-endian:
 *
 * <pre>
 *  0x88 T1 u16  T2 s16  T3 s16  P1 u16  P2 s16 ... P9 s16  0xA0 -  0xA1 H1 u8
 *  0xE1 H2 s16  0xE3 H3 u8  0xE4 H4[11:4]  0xE5 H5[3:0] H4[3:0]  0xE6 H5[11:4]  0xE7 H6 s8
 * </pre>
 */
public final class Bme280Compensation {
    /** Bytes from register 0x88. */
    public static final int FIRST_LENGTH = 26;

    /** Bytes from register 0xE1. */
    public static final int SECOND_LENGTH = 7;

    private int t1;
    private int t2;
    private int t3;
    private final int[] p = new int[10];
    private int h1;
    private int h2;
    private int h3;
    private int h4;
    private int h5;
    private int h6;

    /** Temperature in 1/5120 °C, which pressure and humidity lean on ({@code t_fine}). */
    private int fine;

    /**
     * Takes the trimming values over.
     *
     * @param first 26 bytes from 0x88
     * @param second 7 bytes from 0xE1
     * @return false where they cannot be a chip's own: T1 or P1 is 0, or all bits are set
     */
    public boolean load(byte[] first, byte[] second) {
        t1 = unsigned16(first, 0);
        t2 = signed16(first, 2);
        t3 = signed16(first, 4);
        p[1] = unsigned16(first, 6);
        for (int i = 2; i <= 9; i++) {
            p[i] = signed16(first, 4 + 2 * i);
        }
        h1 = first[25] & 0xff;
        h2 = signed16(second, 0);
        h3 = second[2] & 0xff;
        h4 = (second[3] << 4) | (second[4] & 0x0f);
        h5 = (second[5] << 4) | ((second[4] >> 4) & 0x0f);
        h6 = second[6];
        boolean floating = t1 == 0xffff && t2 == -1 && t3 == -1 && p[1] == 0xffff;
        return t1 != 0 && p[1] != 0 && !floating;
    }

    /**
     * Call before the other two: they depend on it.
     *
     * @param raw 20 bits
     * @return hundredths of a degree Celsius
     */
    public int temperatureCentidegrees(int raw) {
        int var1 = (((raw >> 3) - (t1 << 1)) * t2) >> 11;
        int deviation = (raw >> 4) - t1;
        int var2 = (((deviation * deviation) >> 12) * t3) >> 14;
        fine = var1 + var2;
        return (fine * 5 + 128) >> 8;
    }

    /**
     * @param raw 20 bits
     * @return pascals in Q24.8, 256 for 1 Pa; 0 where the calibration would divide by zero
     */
    public long pressureQ8(int raw) {
        long var1 = fine - 128_000L;
        long var2 = var1 * var1 * p[6];
        var2 += (var1 * p[5]) << 17;
        var2 += (long) p[4] << 35;
        var1 = ((var1 * var1 * p[3]) >> 8) + ((var1 * p[2]) << 12);
        var1 = (((1L << 47) + var1) * p[1]) >> 33;
        if (var1 == 0) {
            return 0;
        }
        long pressure = 1_048_576L - raw;
        pressure = ((pressure << 31) - var2) * 3125 / var1;
        var1 = (p[9] * (pressure >> 13) * (pressure >> 13)) >> 25;
        var2 = (p[8] * pressure) >> 19;
        return ((pressure + var1 + var2) >> 8) + ((long) p[7] << 4);
    }

    /**
     * @param raw 16 bits
     * @return relative humidity in Q22.10, 1024 for 1 %RH; 0..102400
     */
    public int humidityQ10(int raw) {
        int x = fine - 76_800;
        int left = ((raw << 14) - (h4 << 20) - h5 * x + 16_384) >> 15;
        int slope = ((((x * h6) >> 10) * (((x * h3) >> 11) + 32_768)) >> 10) + 2_097_152;
        int value = left * ((slope * h2 + 8_192) >> 14);
        value -= ((((value >> 15) * (value >> 15)) >> 7) * h1) >> 4;
        value = Math.clamp(value, 0, 419_430_400);
        return value >> 12;
    }

    private static int unsigned16(byte[] bytes, int at) {
        return (bytes[at] & 0xff) | ((bytes[at + 1] & 0xff) << 8);
    }

    private static int signed16(byte[] bytes, int at) {
        return (bytes[at] & 0xff) | (bytes[at + 1] << 8);
    }
}
