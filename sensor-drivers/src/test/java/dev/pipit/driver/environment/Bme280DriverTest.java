package dev.pipit.driver.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pipit.board.simulated.SimulatedBoard;
import dev.pipit.board.simulated.World;
import dev.pipit.board.simulated.WorldProtocol;
import dev.pipit.driver.Allocation;
import dev.pipit.driver.Fault;
import dev.pipit.driver.Location;
import dev.pipit.driver.Options;
import dev.pipit.driver.Reading;
import dev.pipit.driver.SensorDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The driver against a chip at register level, in a time that only the test moves. */
class Bme280DriverTest {
    private long nanos = 1_000_000_000L;
    private final World world = new World(() -> nanos, 7, false);
    private final WorldProtocol protocol = new WorldProtocol(world);
    private final Reading reading = new Reading();
    private SimulatedBoard board;
    private SensorDriver driver;

    @BeforeEach
    void openBoard() {
        board = new SimulatedBoard(world);
        board.attach(1, 0x76, "bme280", "air");
        driver = create(Options.usual(new Bme280().options()));
    }

    @AfterEach
    void closeBoard() {
        driver.close();
        board.close();
    }

    private SensorDriver create(Options options) {
        return new Bme280().create(board, Location.i2c(1, 0x76), options);
    }

    private int measure() {
        int wait = driver.begin();
        if (wait >= 0) {
            nanos += wait * 1_000_000L;
            driver.read(reading.clear());
            assertThat(reading.calls).as("every channel exactly once").isEqualTo(3);
        }
        return wait;
    }

    private void say(String line) {
        assertThat(protocol.answer(line)).as(line).isEqualTo("ok");
    }

    @ParameterizedTest
    @CsvSource({
        "21.5, 45, 101325",
        "-39.5, 0.5, 31000",
        "84.5, 99.5, 109000",
        "0, 50, 100000",
        "-0.01, 33.33, 95321",
    })
    void readsWhatTheWorldHas(double celsius, double percent, int pascals) {
        say("set air.temperature " + celsius);
        say("set air.humidity " + percent);
        say("set air.pressure " + pascals);

        assertThat(measure()).isPositive();

        assertThat(reading.values[0] / 100.0).isCloseTo(celsius, within(0.011));
        assertThat(reading.values[1] / 100.0).isCloseTo(percent, within(0.021));
        assertThat((double) reading.values[2]).isCloseTo(pascals, within(1.5));
    }

    @Test
    void waitsAsLongAsTheDataSheetSaysForEachOversampling() {
        assertThat(Bme280Driver.measuringMs(1, 1, 1)).isEqualTo(10); // 9.3 ms, appendix 9.1
        assertThat(Bme280Driver.measuringMs(16, 16, 16)).isEqualTo(113); // 112.8 ms
        driver.close();
        driver =
                create(
                        Options.usual(new Bme280().options())
                                .with("oversampling", "1")
                                .with("pressure-oversampling", "16")
                                .with("filter", "4"));
        // 1.25 + 2.3 * (1 + 1 + 16) + 2 * 0.575 ms
        assertThat(measure()).isEqualTo(44);
        assertThat(reading.faults[0]).isNull();
    }

    @Test
    void aReadingTakenTooEarlyIsATimeoutNotAnOldValue() {
        assertThat(driver.begin()).isPositive();
        driver.read(reading.clear());
        assertThat(reading.faults).startsWith(Fault.TIMEOUT, Fault.TIMEOUT, Fault.TIMEOUT);
        assertThat(measure()).isPositive();
        assertThat(reading.faults).startsWith(null, null, null);
    }

    @Test
    void recoversWhenUnpluggedAndPluggedInAgain() {
        measure();
        say("unplug i2c-1 0x76");
        for (int i = 0; i < 3; i++) {
            assertThat(Fault.ofResult(driver.begin())).isEqualTo(Fault.NO_ANSWER);
        }
        say("plug i2c-1 0x76");
        say("set air.temperature 5");
        assertThat(measure()).isPositive();
        assertThat(reading.values[0]).isBetween(499L, 501L);
    }

    @Test
    void unpluggedBetweenBeginAndReadIsMissingInEveryChannel() {
        assertThat(driver.begin()).isPositive();
        say("unplug i2c-1 0x76");
        driver.read(reading.clear());
        assertThat(reading.faults).startsWith(Fault.NO_ANSWER, Fault.NO_ANSWER, Fault.NO_ANSWER);
    }

    @Test
    void aPowerCutBetweenTwoReadingsIsNoticedThoughTheChipAnswers() {
        measure();
        say("unplug i2c-1 0x76");
        say("plug i2c-1 0x76");
        assertThat(measure()).isPositive();
        assertThat(reading.faults).startsWith(Fault.OTHER, Fault.OTHER, Fault.OTHER);
        assertThat(driver.trouble()).contains("lost its settings");
        assertThat(measure()).isPositive();
        assertThat(reading.faults).startsWith(null, null, null);
    }

    @Test
    void everyFaultOfTheWorldIsAFaultAndHeals() {
        say("fault i2c-1 0x76 nack");
        assertThat(Fault.ofResult(measure())).isEqualTo(Fault.NO_ANSWER);

        say("fault i2c-1 0x76 slow");
        measure();
        assertThat(reading.faults).startsWith(Fault.TIMEOUT, Fault.TIMEOUT, Fault.TIMEOUT);

        say("heal i2c-1 0x76");
        nanos += 1_000_000_000L;
        measure();
        assertThat(reading.faults).startsWith(null, null, null);

        say("fault i2c-1 0x76 stuck");
        int good = 0;
        do {
            measure();
            good++;
        } while (reading.faults[0] == null && good < 100);
        assertThat(reading.faults).startsWith(Fault.STALE, Fault.STALE, Fault.STALE);
        assertThat(good).isBetween(20, 40);

        say("heal i2c-1 0x76");
        measure();
        assertThat(reading.faults).startsWith(null, null, null);

        assertThat(protocol.answer("fault i2c-1 0x76 checksum"))
                .startsWith("error: bme280 has no checksum");
    }

    @Test
    void beyondTheOperatingRangeIsMissingNotANumber() {
        say("set air.temperature 90");
        measure();
        assertThat(reading.faults[0]).isEqualTo(Fault.OVER_RANGE);
        say("set air.temperature -45");
        say("set air.pressure 25000");
        measure();
        assertThat(reading.faults[0]).isEqualTo(Fault.UNDER_RANGE);
        assertThat(reading.faults[2]).isEqualTo(Fault.UNDER_RANGE);
    }

    @Test
    void aReadingAllocatesNothing() {
        long allocated = Allocation.ofRounds(5_000, this::turn);
        assertThat(allocated).isZero();
        assertThat(reading.faults).startsWith(null, null, null);
    }

    private void turn() {
        nanos += driver.begin() * 1_000_000L;
        driver.read(reading);
    }
}
