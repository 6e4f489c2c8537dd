package dev.pipit.driver.environment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.driver.Fault;
import dev.pipit.driver.Location;
import dev.pipit.driver.Options;
import dev.pipit.driver.Reading;
import dev.pipit.driver.ScriptedI2c;
import dev.pipit.driver.SensorDriver;
import org.junit.jupiter.api.Test;

/** What goes over the wires, transaction by transaction. */
class Bme280BusTest {
    /** Calibration of Bosch's example (T, P) and of a chip (H), as in registers. */
    private static final String FIRST =
            "706b 4367 18fc 7d8e 43d6 d00b 270b 8c00 f9ff 8c3c f8c6 7017 00 4b";

    private static final String SECOND = "6d01 00 13 2b 03 1e";

    private final ScriptedI2c bus = new ScriptedI2c();
    private final Reading reading = new Reading();
    private final SensorDriver driver =
            new Bme280()
                    .create(
                            bus,
                            Location.i2c(1, 0x76),
                            Options.usual(new Bme280().options()).with("oversampling", "1"));

    private SensorDriver found() {
        bus.answer("60", "00", FIRST, SECOND);
        assertThat(driver.begin()).isEqualTo(10);
        bus.transactions.clear();
        return driver;
    }

    @Test
    void theFirstMeasurementFindsAndConfiguresTheChip() {
        bus.answer("60", "00", FIRST, SECOND);
        driver.begin();
        assertThat(bus.transactions)
                .containsExactly(
                        "R d0 1", // id
                        "R f3 1", // status: im_update
                        "R 88 26", // calibration
                        "R e1 7", "W f4 24", // asleep: osrs_t 1, osrs_p 1, mode 00
                        "W f5 00", // filter off
                        "W f2 01", // osrs_h 1
                        "W f4 25"); // forced
    }

    @Test
    void everyFurtherOneIsOneWriteAndOneRead() {
        found();
        // ctrl_hum, status, ctrl_meas, config, -, press[3], temp[3], hum[2]
        bus.answer("01 00 24 00 00 655ac0 7eed00 6a00");
        driver.read(reading.clear());
        assertThat(reading.values[0]).isEqualTo(2_508);
        assertThat(reading.values[2]).isEqualTo(100_653);
        assertThat(reading.faults).startsWith(null, null, null);
        driver.begin();
        assertThat(bus.transactions).containsExactly("R f2 13", "W f4 25");
    }

    @Test
    void whileMeasuringTheStatusIsAskedForAFewTimesOnly() {
        found();
        String busy = "01 08 25 00 00 800000 800000 8000";
        bus.answer(busy, busy, "01 00 24 00 00 655ac0 7eed00 6a00");
        driver.read(reading.clear());
        assertThat(reading.values[0]).isEqualTo(2_508);

        bus.answer(busy, busy, busy, busy);
        driver.read(reading.clear());
        assertThat(reading.faults).startsWith(Fault.TIMEOUT, Fault.TIMEOUT, Fault.TIMEOUT);
    }

    @Test
    void skippedMeasurementsAreFaultsAndTheChipIsSetUpAnew() {
        found();
        bus.answer("01 00 24 00 00 800000 7eed00 8000");
        driver.read(reading.clear());
        assertThat(reading.values[0]).isEqualTo(2_508);
        assertThat(reading.faults).startsWith(null, Fault.OTHER, Fault.OTHER);
        bus.transactions.clear();
        bus.answer("60", "00", FIRST, SECOND);
        driver.begin();
        assertThat(bus.transactions).startsWith("R d0 1");

        bus.answer("01 00 24 00 00 655ac0 800000 6a00");
        driver.read(reading.clear());
        assertThat(reading.faults).startsWith(Fault.OTHER, Fault.OTHER, Fault.OTHER);
    }

    @Test
    void anotherChipAtTheAddressIsNamed() {
        bus.answer("58");
        assertThat(Fault.ofResult(driver.begin())).isEqualTo(Fault.WRONG_DEVICE);
        assertThat(driver.trouble()).contains("BMP280");
        bus.answer("71");
        assertThat(Fault.ofResult(driver.begin())).isEqualTo(Fault.WRONG_DEVICE);
        assertThat(driver.trouble()).isEqualTo("chip id 0x71, expected 0x60");
    }

    @Test
    void aChipThatStillCopiesItsCalibrationIsWarmingUp() {
        bus.answer("60", "01");
        assertThat(Fault.ofResult(driver.begin())).isEqualTo(Fault.WARMING_UP);
    }

    @Test
    void anEmptyCalibrationIsNoChip() {
        bus.answer("60", "00", "00".repeat(26), "00".repeat(7));
        assertThat(Fault.ofResult(driver.begin())).isEqualTo(Fault.OTHER);
    }

    @Test
    void anErrorInEachOfTheTransactionsIsAFaultAndTheNextRoundBeginsAnew() {
        String[] good = {"60", "00", FIRST, SECOND};
        for (int bad = 0; bad < good.length; bad++) {
            for (int i = 0; i < bad; i++) {
                bus.answer(good[i]);
            }
            bus.answer("!121");
            assertThat(Fault.ofResult(driver.begin())).isEqualTo(Fault.NO_ANSWER);
        }
        bus.answer(good);
        bus.answer("!110"); // the first write
        assertThat(Fault.ofResult(driver.begin())).isEqualTo(Fault.TIMEOUT);
        found();
    }

    @Test
    void aBusThatWentAwayIsOpenedAgain() {
        found();
        assertThat(bus.opened()).isEqualTo(1);
        bus.answer("!19"); // ENODEV: the adapter was pulled
        assertThat(Fault.ofResult(driver.begin())).isEqualTo(Fault.NO_ACCESS);
        found();
        assertThat(bus.opened()).isEqualTo(2);
    }
}
