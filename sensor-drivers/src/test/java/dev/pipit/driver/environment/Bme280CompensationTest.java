package dev.pipit.driver.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Bosch's integers against Bosch's floating-point formulae (BST-BME280-DS001, appendix 8.1),
 * written down here a second time and independently of the driver.
 */
class Bme280CompensationTest {
    private static final int ROUNDS = 20_000;

    /** Trimming values as a chip holds them. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Trim(
            int t1, int t2, int t3, int[] p, int h1, int h2, int h3, int h4, int h5, int h6) {

        /** Within what chips have, judging by Bosch's examples and by published dumps. */
        static Trim random(Random r) {
            int[] p = {
                0,
                r.nextInt(34_000, 40_000),
                r.nextInt(-11_500, -9_500),
                r.nextInt(2_800, 3_300),
                r.nextInt(-500, 12_000),
                r.nextInt(-500, 500),
                r.nextInt(-20, 20),
                r.nextInt(8_000, 16_000),
                r.nextInt(-16_000, -8_000),
                r.nextInt(3_000, 7_000),
            };
            return new Trim(
                    r.nextInt(26_000, 29_500),
                    r.nextInt(25_000, 27_500),
                    r.nextInt(-1_100, 100),
                    p,
                    r.nextInt(0, 100),
                    r.nextInt(330, 400),
                    r.nextInt(0, 10),
                    r.nextInt(250, 400),
                    r.nextInt(-60, 60),
                    r.nextInt(20, 40));
        }

        byte[] first() {
            ByteBuffer bytes = ByteBuffer.allocate(26).order(ByteOrder.LITTLE_ENDIAN);
            bytes.putShort((short) t1).putShort((short) t2).putShort((short) t3);
            for (int i = 1; i <= 9; i++) {
                bytes.putShort((short) p[i]);
            }
            bytes.put((byte) 0).put((byte) h1);
            return bytes.array();
        }

        byte[] second() {
            ByteBuffer bytes = ByteBuffer.allocate(7).order(ByteOrder.LITTLE_ENDIAN);
            bytes.putShort((short) h2).put((byte) h3);
            bytes.put((byte) (h4 >> 4));
            bytes.put((byte) ((h4 & 15) + (h5 & 15) * 16));
            bytes.put((byte) (h5 >> 4)).put((byte) h6);
            return bytes.array();
        }

        double fine(int adc) {
            double a = (adc / 16384.0 - t1 / 1024.0) * t2;
            double b = Math.pow(adc / 131072.0 - t1 / 8192.0, 2) * t3;
            return a + b;
        }

        double celsius(int adc) {
            return fine(adc) / 5120.0;
        }

        double pascals(int adc, double fine) {
            double a = fine / 2.0 - 64000.0;
            double b = a * a * p[6] / 32768.0;
            b = b + a * p[5] * 2.0;
            b = b / 4.0 + p[4] * 65536.0;
            a = (p[3] * a * a / 524288.0 + p[2] * a) / 524288.0;
            a = (1.0 + a / 32768.0) * p[1];
            double q = 1048576.0 - adc;
            q = (q - b / 4096.0) * 6250.0 / a;
            return q + (p[9] * q * q / 2147483648.0 + q * p[8] / 32768.0 + p[7]) / 16.0;
        }

        double percent(int adc, double fine) {
            double x = fine - 76800.0;
            double h =
                    (adc - (h4 * 64.0 + h5 / 16384.0 * x))
                            * (h2
                                    / 65536.0
                                    * (1.0 + h6 / 67108864.0 * x * (1.0 + h3 / 67108864.0 * x)));
            h = h * (1.0 - h1 * h / 524288.0);
            return Math.max(0, Math.min(100, h));
        }
    }

    private static Bme280Compensation loaded(Trim trim) {
        Bme280Compensation compensation = new Bme280Compensation();
        assertThat(compensation.load(trim.first(), trim.second())).isTrue();
        return compensation;
    }

    /**
     * BMP280 data sheet BST-BMP280-DS001, section 3.12: the same formulae with every value shown.
     */
    @Test
    void boschsWorkedExampleComesOut() {
        int[] p = {0, 36_477, -10_685, 3_024, 2_855, 140, -7, 15_500, -14_600, 6_000};
        Bme280Compensation compensation =
                loaded(new Trim(27_504, 26_435, -1_000, p, 75, 365, 0, 315, 50, 30));

        assertThat(compensation.temperatureCentidegrees(519_888)).isEqualTo(2_508);
        // The example computes with floating point and has 100653.27 Pa; the integers drop bits.
        long pressure = compensation.pressureQ8(415_148);
        assertThat(pressure / 256.0).isCloseTo(100_653.27, within(0.02));
        assertThat(pressure).isEqualTo(25_767_233L);
    }

    @Test
    void integersAgreeWithTheFloatingPointFormulaeOnRandomRegisters() {
        Random random = new Random(280);
        int inRange = 0;
        for (int i = 0; i < ROUNDS; i++) {
            Trim trim = Trim.random(random);
            Bme280Compensation compensation = loaded(trim);
            int rawT = random.nextInt(0x100000);
            double celsius = trim.celsius(rawT);
            int centidegrees = compensation.temperatureCentidegrees(rawT);
            assertThat(centidegrees / 100.0)
                    .as("round %d: temperature of %d with %s", i, rawT, trim)
                    .isCloseTo(celsius, within(0.011));
            if (celsius < -40 || celsius > 85) {
                continue; // The chip does not measure there, and the formulae drift apart.
            }
            double fine = trim.fine(rawT);
            int rawP = random.nextInt(0x100000);
            double pascals = trim.pascals(rawP, fine);
            if (pascals > 20_000 && pascals < 120_000) {
                inRange++;
                assertThat(compensation.pressureQ8(rawP) / 256.0)
                        .as("round %d: pressure of %d with %s", i, rawP, trim)
                        .isCloseTo(pascals, within(1.0));
            }
            int rawH = random.nextInt(0x10000);
            assertThat(compensation.humidityQ10(rawH) / 1024.0)
                    .as("round %d: humidity of %d with %s", i, rawH, trim)
                    .isCloseTo(trim.percent(rawH, fine), within(0.02));
        }
        assertThat(inRange).as("rounds with a pressure that air can have").isGreaterThan(1_000);
    }

    @Test
    void humidityStaysWithinItsScaleAtBothEnds() {
        Trim trim = Trim.random(new Random(1));
        Bme280Compensation compensation = loaded(trim);
        compensation.temperatureCentidegrees(519_888);
        assertThat(compensation.humidityQ10(0)).isZero();
        assertThat(compensation.humidityQ10(0xffff)).isEqualTo(100 * 1_024);
    }

    @Test
    void anEmptyOrFloatingCalibrationIsRefused() {
        Bme280Compensation compensation = new Bme280Compensation();
        byte[] first = new byte[26];
        byte[] second = new byte[7];
        assertThat(compensation.load(first, second)).isFalse();
        java.util.Arrays.fill(first, (byte) 0xff);
        java.util.Arrays.fill(second, (byte) 0xff);
        assertThat(compensation.load(first, second)).isFalse();
    }

    @Test
    void aCalibrationThatWouldDivideByZeroGivesNoPressure() {
        int[] p = {0, 1, 0, 0, 0, 0, 0, 0, 0, 0};
        Bme280Compensation compensation =
                loaded(new Trim(27_504, 26_435, -1_000, p, 75, 365, 0, 315, 50, 30));
        compensation.temperatureCentidegrees(519_888);
        // (2^47 + var1) * P1 >> 33 is 16384: no division by zero, and no exception either.
        assertThat(compensation.pressureQ8(0)).isNotZero();
    }
}
