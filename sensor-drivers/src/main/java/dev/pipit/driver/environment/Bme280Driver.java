package dev.pipit.driver.environment;

import dev.pipit.driver.Channel;
import dev.pipit.driver.Fault;
import dev.pipit.driver.I2cChip;
import dev.pipit.driver.Location;
import dev.pipit.driver.SampleSink;
import dev.pipit.driver.SensorDriver;
import dev.pipit.driver.Wiring;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Measures on demand (forced mode, section 3.3.3): between readings the chip sleeps. Sections and
 * registers are those of BST-BME280-DS001 revision 1.24.
 */
final class Bme280Driver implements SensorDriver {
    private static final int TEMPERATURE = 0;
    private static final int HUMIDITY = 1;
    private static final int PRESSURE = 2;

    private static final int CALIBRATION_FIRST = 0x88;
    private static final int ID = 0xd0;
    private static final int CALIBRATION_SECOND = 0xe1;
    private static final int CTRL_HUM = 0xf2;
    private static final int STATUS = 0xf3;
    private static final int CTRL_MEAS = 0xf4;
    private static final int CONFIG = 0xf5;

    private static final int CHIP_ID = 0x60;
    private static final int BMP280_ID = 0x58;
    private static final int STATUS_MEASURING = 1 << 3;
    private static final int STATUS_IM_UPDATE = 1;
    private static final int MODE_FORCED = 1;

    /** 0xF2 to 0xFE: the settings are read back with the data, so that a reset shows. */
    private static final int BURST = 13;

    private static final int DATA = 0xf7 - CTRL_HUM;

    /** What a channel reads that was not measured (section 5.4.7 and following). */
    private static final int SKIPPED_20_BITS = 0x80000;

    private static final int SKIPPED_16_BITS = 0x8000;

    /** A conversion may run a little long: so often is the status asked for again. */
    private static final int PATIENCE = 4;

    /** Noise moves the last bits of three quantities: so many equal readings are none. */
    private static final int STUCK_AFTER = 30;

    private final I2cChip chip;
    private final Bme280Compensation compensation = new Bme280Compensation();
    private final int ctrlHum;
    private final int ctrlMeas;
    private final int config;
    private final int measuringMs;
    private final byte[] first = new byte[Bme280Compensation.FIRST_LENGTH];
    private final byte[] second = new byte[Bme280Compensation.SECOND_LENGTH];
    private final byte[] burst = new byte[BURST];

    // valid since the chip was last found
    private boolean ready;
    private long lastRaw;
    private int repeats;
    private @Nullable String trouble;

    /**
     * @param osrsT temperature oversampling as in the register, 1 (once) to 5 (16 times)
     * @param osrsH humidity oversampling, likewise
     * @param osrsP pressure oversampling, likewise
     * @param filter coefficient as in the register, 0 (off) to 4 (16)
     */
    Bme280Driver(Wiring wiring, Location location, int osrsT, int osrsH, int osrsP, int filter) {
        chip = new I2cChip(wiring, location);
        ctrlHum = osrsH;
        ctrlMeas = (osrsT << 5) | (osrsP << 2);
        config = filter << 2;
        measuringMs = measuringMs(1 << (osrsT - 1), 1 << (osrsH - 1), 1 << (osrsP - 1));
    }

    /** Section 9.1, the longest: 1.25 ms, 2.3 ms per sample, 0.575 ms for humidity and pressure. */
    static int measuringMs(int temperatureSamples, int humiditySamples, int pressureSamples) {
        int micros =
                1_250 + 2_300 * (temperatureSamples + humiditySamples + pressureSamples) + 2 * 575;
        return (micros + 999) / 1_000;
    }

    @Override
    public List<Channel> channels() {
        return Bme280.CHANNELS;
    }

    @Override
    public int begin() {
        if (!ready) {
            int result = find();
            if (result < 0) {
                return result;
            }
            ready = true;
        }
        int result = chip.write(CTRL_MEAS, ctrlMeas | MODE_FORCED);
        if (result < 0) {
            ready = false;
            return result;
        }
        return measuringMs;
    }

    /** Identity, calibration, settings. Cold: runs again after every fault. */
    private int find() {
        trouble = null;
        int result = chip.read(ID, burst, 0, 1);
        if (result < 0) {
            return result;
        }
        int id = burst[0] & 0xff;
        if (id != CHIP_ID) {
            trouble =
                    id == BMP280_ID
                            ? "a BMP280 (chip id 0x58) answers: it cannot measure humidity"
                            : "chip id 0x%02x, expected 0x60".formatted(id);
            return Fault.WRONG_DEVICE.asResult();
        }
        result = chip.read(STATUS, burst, 0, 1);
        if (result < 0) {
            return result;
        }
        if ((burst[0] & STATUS_IM_UPDATE) != 0) {
            // Still copying its calibration after power came: 2 ms, the next round finds it done.
            return Fault.WARMING_UP.asResult();
        }
        result = chip.read(CALIBRATION_FIRST, first, 0, first.length);
        if (result == 0) {
            result = chip.read(CALIBRATION_SECOND, second, 0, second.length);
        }
        if (result < 0) {
            return result;
        }
        if (!compensation.load(first, second)) {
            trouble = "its calibration registers are empty";
            return Fault.OTHER.asResult();
        }
        return configure();
    }

    private int configure() {
        // Asleep first: a write to config in normal mode may be ignored (section 5.4.6), and
        // ctrl_hum counts from the next write to ctrl_meas on (section 5.4.3).
        int result = chip.write(CTRL_MEAS, ctrlMeas);
        if (result == 0) {
            result = chip.write(CONFIG, config);
        }
        if (result == 0) {
            result = chip.write(CTRL_HUM, ctrlHum);
        }
        repeats = 0;
        lastRaw = -1;
        return result;
    }

    @Override
    public void read(SampleSink sink) {
        int result = chip.read(CTRL_HUM, burst, 0, BURST);
        for (int tries = 1; result == 0 && measuring() && tries < PATIENCE; tries++) {
            result = chip.read(CTRL_HUM, burst, 0, BURST);
        }
        if (result < 0) {
            fail(sink, Fault.ofResult(result));
            return;
        }
        if (measuring()) {
            fail(sink, Fault.TIMEOUT);
            return;
        }
        if (!asConfigured()) {
            trouble = "it lost its settings, as after a power failure";
            fail(sink, Fault.OTHER);
            return;
        }
        int rawPressure = raw20(DATA);
        int rawTemperature = raw20(DATA + 3);
        int rawHumidity = ((burst[DATA + 6] & 0xff) << 8) | (burst[DATA + 7] & 0xff);
        if (stuck(((long) rawPressure << 36) | ((long) rawTemperature << 16) | rawHumidity)) {
            missing(sink, Fault.STALE);
            return;
        }
        report(sink, rawTemperature, rawHumidity, rawPressure);
    }

    private boolean measuring() {
        return (burst[STATUS - CTRL_HUM] & STATUS_MEASURING) != 0;
    }

    private boolean asConfigured() {
        return (burst[0] & 7) == ctrlHum
                && (burst[CTRL_MEAS - CTRL_HUM] & 0xfc) == ctrlMeas
                && (burst[CONFIG - CTRL_HUM] & 0x1c) == config;
    }

    private boolean stuck(long raw) {
        repeats = raw == lastRaw ? repeats + 1 : 0;
        lastRaw = raw;
        return repeats >= STUCK_AFTER;
    }

    private void report(SampleSink sink, int rawTemperature, int rawHumidity, int rawPressure) {
        if (rawTemperature == SKIPPED_20_BITS) {
            // The other two need it.
            fail(sink, Fault.OTHER);
            return;
        }
        int temperature = compensation.temperatureCentidegrees(rawTemperature);
        within(sink, TEMPERATURE, temperature, -4_000, 8_500);
        if (rawHumidity == SKIPPED_16_BITS) {
            sink.missing(HUMIDITY, Fault.OTHER);
            ready = false;
        } else {
            int humidity = compensation.humidityQ10(rawHumidity);
            sink.value(HUMIDITY, (humidity * 100 + 512) >> 10);
        }
        if (rawPressure == SKIPPED_20_BITS) {
            sink.missing(PRESSURE, Fault.OTHER);
            ready = false;
        } else {
            long pressure = (compensation.pressureQ8(rawPressure) + 128) >> 8;
            within(sink, PRESSURE, pressure, 30_000, 110_000);
        }
    }

    /** The operating range of section 1.1: the formulas say something beyond it too. */
    private static void within(SampleSink sink, int channel, long value, int least, int most) {
        if (value < least) {
            sink.missing(channel, Fault.UNDER_RANGE);
        } else if (value > most) {
            sink.missing(channel, Fault.OVER_RANGE);
        } else {
            sink.value(channel, value);
        }
    }

    private int raw20(int at) {
        return ((burst[at] & 0xff) << 12)
                | ((burst[at + 1] & 0xff) << 4)
                | ((burst[at + 2] & 0xff) >> 4);
    }

    private void fail(SampleSink sink, Fault fault) {
        ready = false;
        missing(sink, fault);
    }

    private static void missing(SampleSink sink, Fault fault) {
        sink.missing(TEMPERATURE, fault);
        sink.missing(HUMIDITY, fault);
        sink.missing(PRESSURE, fault);
    }

    @Override
    public @Nullable String trouble() {
        return trouble != null ? trouble : chip.trouble();
    }

    @Override
    public void close() {
        chip.close();
    }
}
