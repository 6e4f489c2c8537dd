package dev.pipit.driver.clock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.board.simulated.SimulatedBoard;
import dev.pipit.board.simulated.World;
import dev.pipit.driver.Fault;
import dev.pipit.driver.Location;
import dev.pipit.driver.Options;
import dev.pipit.driver.Reading;
import dev.pipit.driver.ScriptedI2c;
import dev.pipit.driver.SensorDriver;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Ds1338Test {
    private static final Options NONE = Options.usual(List.of());

    private final Reading reading = new Reading();

    @ParameterizedTest
    @CsvSource({
        // seconds, minutes, hours, day, date, month, year, control
        "59 58 23 04 31 12 26 00, 2026-12-31T23:58:59Z, ",
        "00 00 00 02 29 02 28 93, 2028-02-29T00:00:00Z, ",
        "00 30 52 01 01 01 27 00, 2027-01-01T00:30:00Z, ", // 12 AM
        "00 30 72 01 01 01 27 00, 2027-01-01T12:30:00Z, ", // 12 PM
        "00 30 61 01 01 01 27 00, 2027-01-01T13:30:00Z, ",
        "80 00 00 01 01 01 27 00, , OTHER", // clock halt
        "00 00 00 01 01 01 27 20, , OTHER", // OSF
        "0a 00 00 01 01 01 27 00, , WRONG_DEVICE",
        "ff ff ff ff ff ff ff 1f, , OTHER",
        "00 00 00 01 00 00 27 00, , WRONG_DEVICE",
    })
    void registersBecomeATimeOrAFault(String registers, Instant time, Fault fault) {
        ScriptedI2c bus = new ScriptedI2c().answer(registers);
        SensorDriver driver = new Ds1338().create(bus, Location.i2c(1, 0x68), NONE);
        assertThat(driver.begin()).isZero();
        driver.read(reading.clear());
        assertThat(reading.faults[0]).isEqualTo(fault);
        if (time != null) {
            assertThat(reading.values[0]).isEqualTo(time.getEpochSecond());
        }
        assertThat(bus.transactions).containsExactly("R 00 8");
    }

    @Test
    void daysAreCountedAsTheCalendarCountsThem() {
        Random random = new Random(1338);
        for (int i = 0; i < 10_000; i++) {
            LocalDateTime t =
                    LocalDateTime.ofEpochSecond(
                            random.nextLong(946_684_800L, 4_102_444_800L), 0, ZoneOffset.UTC);
            assertThat(
                            Ds1338.epochSeconds(
                                    t.getYear(),
                                    t.getMonthValue(),
                                    t.getDayOfMonth(),
                                    t.getHour(),
                                    t.getMinute(),
                                    t.getSecond()))
                    .isEqualTo(t.toEpochSecond(ZoneOffset.UTC));
        }
    }

    @Test
    void aSimulatedClockGoesOnFromWhereItWasSet() {
        long[] nanos = {0};
        World world = new World(() -> nanos[0], 1, false);
        try (SimulatedBoard board = new SimulatedBoard(world)) {
            board.attach(1, 0x68, "ds1338", "clock");
            SensorDriver driver = new Ds1338().create(board, Location.i2c(1, 0x68), NONE);
            long leapDay = Instant.parse("2028-02-29T23:59:50Z").getEpochSecond();
            world.set("clock.time", (double) leapDay);
            driver.read(reading.clear());
            assertThat(reading.values[0]).isEqualTo(leapDay);
            nanos[0] += 15_000_000_000L;
            driver.read(reading.clear());
            assertThat(reading.values[0]).isEqualTo(leapDay + 15);
        }
    }
}
