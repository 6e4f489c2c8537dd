package dev.pipit.board.simulated;

/**
 * What a BME280's converters see: the inverse of Bosch's compensation in floating point (data sheet
 * BST-BME280-DS001, appendix 8.1), found by bisection because the curves are monotonic.
 */
final class Bme280Physics {
    // A calibration as chips have: T and P from Bosch's worked example (BMP280 data sheet, section
    // 3.12), H from a chip.
    static final int T1 = 27_504;
    static final int T2 = 26_435;
    static final int T3 = -1_000;
    static final int[] P = {
        0, 36_477, -10_685, 3_024, 2_855, 140, -7, 15_500, -14_600, 6_000,
    };
    static final int H1 = 75;
    static final int H2 = 365;
    static final int H3 = 0;
    static final int H4 = 315;
    static final int H5 = 50;
    static final int H6 = 30;

    private Bme280Physics() {}

    /** The 20 bits that mean a temperature in °C. */
    static int rawTemperature(double celsius) {
        int low = 0;
        int high = 0xfffff;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (fine(middle) / 5_120 < celsius) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The 20 bits that mean a pressure in Pa; more pressure is a smaller number. */
    static int rawPressure(double pascals, double fine) {
        int low = 0;
        int high = 0xfffff;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (pressure(middle, fine) > pascals) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The 16 bits that mean a relative humidity in %. */
    static int rawHumidity(double percent, double fine) {
        int low = 0;
        int high = 0xffff;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (humidity(middle, fine) < percent) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** {@code t_fine}: the temperature in 1/5120 °C. */
    static double fine(int raw) {
        double slope = (raw / 16384.0 - T1 / 1024.0) * T2;
        double bend = raw / 131072.0 - T1 / 8192.0;
        return slope + bend * bend * T3;
    }

    private static double pressure(int raw, double fine) {
        double x = fine / 2 - 64_000;
        double offset = x * x * P[6] / 32_768 + x * P[5] * 2;
        offset = offset / 4 + P[4] * 65_536.0;
        double scale = (P[3] * x * x / 524_288 + P[2] * x) / 524_288;
        scale = (1 + scale / 32_768) * P[1];
        double p = (1_048_576.0 - raw - offset / 4_096) * 6_250 / scale;
        return p + (P[9] * p * p / 2_147_483_648.0 + p * P[8] / 32_768 + P[7]) / 16;
    }

    private static double humidity(int raw, double fine) {
        double x = fine - 76_800;
        double left = raw - (H4 * 64.0 + H5 / 16_384.0 * x);
        double gain = 1 + H6 / 67_108_864.0 * x * (1 + H3 / 67_108_864.0 * x);
        double h = left * (H2 / 65_536.0 * gain);
        return h * (1 - H1 * h / 524_288);
    }
}
