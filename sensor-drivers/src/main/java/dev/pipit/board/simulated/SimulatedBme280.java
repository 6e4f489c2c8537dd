package dev.pipit.board.simulated;

import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * A BME280 at register level: sleeps, measures in forced or normal mode for as long as its data
 * sheet says, shows {@code measuring} meanwhile and the results afterwards. Measures with 20 bits
 * whatever the oversampling; the lowest bit of the temperature flickers, as noise makes it do.
 */
final class SimulatedBme280 extends RegisterChip {
    private static final int ID = 0xd0;
    private static final int RESET = 0xe0;
    private static final int CTRL_HUM = 0xf2;
    private static final int STATUS = 0xf3;
    private static final int CTRL_MEAS = 0xf4;
    private static final int CONFIG = 0xf5;
    private static final int DATA = 0xf7;

    private final Quantity temperature;
    private final Quantity humidity;
    private final Quantity pressure;
    private final LongSupplier clock;
    private final int[] registers = new int[256];

    private boolean measuring;
    private long readyNanos;
    private int humiditySamples;
    private int flicker;

    SimulatedBme280(World world, String sensor) {
        temperature = world.quantity(sensor + ".temperature", 21, 4, -60, 120);
        humidity = world.quantity(sensor + ".humidity", 45, 12, 0, 100);
        pressure = world.quantity(sensor + ".pressure", 101_325, 600, 20_000, 120_000);
        clock = world.clock();
        power();
    }

    @Override
    protected void power() {
        Arrays.fill(registers, 0);
        registers[ID] = 0x60;
        word(0x88, Bme280Physics.T1);
        word(0x8a, Bme280Physics.T2);
        word(0x8c, Bme280Physics.T3);
        for (int i = 1; i <= 9; i++) {
            word(0x8c + 2 * i, Bme280Physics.P[i]);
        }
        registers[0xa1] = Bme280Physics.H1;
        word(0xe1, Bme280Physics.H2);
        registers[0xe3] = Bme280Physics.H3;
        registers[0xe4] = Bme280Physics.H4 >> 4;
        registers[0xe5] = (Bme280Physics.H4 & 0x0f) | ((Bme280Physics.H5 & 0x0f) << 4);
        registers[0xe6] = Bme280Physics.H5 >> 4;
        registers[0xe7] = Bme280Physics.H6 & 0xff;
        data(0x80000, 0x80000, 0x8000);
        measuring = false;
        humiditySamples = 0;
    }

    private void word(int at, int value) {
        registers[at] = value & 0xff;
        registers[at + 1] = (value >> 8) & 0xff;
    }

    @Override
    protected boolean writesPairs() {
        return true; // section 6.2.1
    }

    @Override
    protected int register(int number) {
        advance();
        return registers[number];
    }

    @Override
    protected void register(int number, int value) {
        advance();
        switch (number) {
            case RESET -> {
                if (value == 0xb6) {
                    power();
                }
            }
            case CTRL_HUM -> registers[CTRL_HUM] = value & 7;
            case CONFIG -> {
                // Ignored while measuring on its own (section 5.4.6).
                if ((registers[CTRL_MEAS] & 3) != 3) {
                    registers[CONFIG] = value;
                }
            }
            case CTRL_MEAS -> {
                registers[CTRL_MEAS] = value;
                humiditySamples = samples(registers[CTRL_HUM]);
                if ((value & 3) != 0) {
                    start();
                }
            }
            default -> {
                // Everything else is read-only.
            }
        }
    }

    private void start() {
        measuring = true;
        registers[STATUS] |= 8;
        readyNanos = clock.getAsLong() + stretched(measuringNanos());
    }

    /** Section 9.1, typical. */
    private long measuringNanos() {
        int temperatureSamples = samples(registers[CTRL_MEAS] >> 5);
        int pressureSamples = samples((registers[CTRL_MEAS] >> 2) & 7);
        long micros = 1_000 + 2_000L * temperatureSamples;
        micros += pressureSamples == 0 ? 0 : 2_000L * pressureSamples + 500;
        micros += humiditySamples == 0 ? 0 : 2_000L * humiditySamples + 500;
        return micros * 1_000;
    }

    private static int samples(int code) {
        return code == 0 ? 0 : 1 << (Math.min(code, 5) - 1);
    }

    private void advance() {
        long now = clock.getAsLong();
        if (!measuring || now - readyNanos < 0) {
            return;
        }
        measure(now);
        if ((registers[CTRL_MEAS] & 3) == 3) {
            start();
            return;
        }
        measuring = false;
        registers[STATUS] &= ~8;
        registers[CTRL_MEAS] &= ~3;
    }

    private void measure(long now) {
        if (stuck()) {
            return;
        }
        int rawTemperature = Bme280Physics.rawTemperature(temperature.at(now));
        double fine = Bme280Physics.fine(rawTemperature);
        int rawPressure = Bme280Physics.rawPressure(pressure.at(now), fine);
        int rawHumidity = Bme280Physics.rawHumidity(humidity.at(now), fine);
        flicker ^= 1;
        data(
                ((registers[CTRL_MEAS] >> 2) & 7) == 0 ? 0x80000 : rawPressure,
                registers[CTRL_MEAS] >> 5 == 0 ? 0x80000 : rawTemperature ^ flicker,
                humiditySamples == 0 ? 0x8000 : rawHumidity);
    }

    private void data(int rawPressure, int rawTemperature, int rawHumidity) {
        twentyBits(DATA, rawPressure);
        twentyBits(DATA + 3, rawTemperature);
        registers[DATA + 6] = rawHumidity >> 8;
        registers[DATA + 7] = rawHumidity & 0xff;
    }

    private void twentyBits(int at, int raw) {
        registers[at] = raw >> 12;
        registers[at + 1] = (raw >> 4) & 0xff;
        registers[at + 2] = (raw & 0x0f) << 4;
    }
}
