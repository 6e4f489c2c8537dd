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
import dev.pipit.driver.ScriptedI2c;
import dev.pipit.driver.SensorDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Lm75Test {
    private static final Options USUAL = Options.usual(new Lm75().options());

    private final ScriptedI2c bus = new ScriptedI2c();
    private final Reading reading = new Reading();

    private SensorDriver create(Options options) {
        return new Lm75().create(bus, Location.i2c(1, 0x48), options);
    }

    /** TMP105 data sheet, table "Temperature Data Format", in sixteenths of a degree. */
    @ParameterizedTest
    @CsvSource({
        "7fff, ,    OVER_RANGE",
        "7d00, 2000,",
        "5000, 1280,",
        "4b00, 1200,",
        "3200, 800,",
        "1900, 400,",
        "0040, 4,",
        "0000, 0,",
        "ffc0, -4,",
        "e700, -400,",
        "c900, -880,",
        "c8f0, ,    UNDER_RANGE",
        "0800, 128,",
        "fff0, -1,",
    })
    void theDataSheetsValuesComeOut(String registers, Long sixteenths, Fault fault) {
        SensorDriver driver = create(USUAL);
        bus.answer("00", registers);
        driver.begin();
        driver.read(reading.clear());
        assertThat(reading.faults[0]).isEqualTo(fault);
        if (sixteenths != null) {
            assertThat(reading.values[0]).isEqualTo(sixteenths);
        }
    }

    @Test
    void theChipIsLeftAsItIsUnlessAResolutionIsChosen() {
        SensorDriver own = create(USUAL);
        bus.answer("00", "1900", "1900");
        assertThat(own.begin()).isEqualTo(300);
        own.read(reading);
        assertThat(own.begin()).isZero();
        own.read(reading);
        assertThat(bus.transactions).containsExactly("R 01 1", "R 00 2", "R 00 2");

        bus.transactions.clear();
        create(USUAL.with("resolution", "12")).begin();
        assertThat(bus.transactions).containsExactly("W 01 60");
    }

    @Test
    void anAbsentChipIsAFaultAndIsSetUpAnewWhenItComesBack() {
        SensorDriver driver = create(USUAL.with("resolution", "12"));
        driver.begin();
        bus.answer("!121");
        driver.read(reading.clear());
        assertThat(reading.faults[0]).isEqualTo(Fault.NO_ANSWER);
        bus.answer("!121");
        assertThat(Fault.ofResult(driver.begin())).isEqualTo(Fault.NO_ANSWER);
        assertThat(driver.begin()).isEqualTo(300);
    }

    @Test
    void followsASimulatedChipAndAllocatesNothing() {
        World world = World.still();
        try (SimulatedBoard board = new SimulatedBoard(world)) {
            assertThat(board.attach(1, 0x48, "lm75", "case")).isTrue();
            SensorDriver driver =
                    new Lm75().create(board, Location.i2c(1, 0x48), USUAL.with("resolution", "12"));
            assertThat(new WorldProtocol(world).answer("set case.temperature -12.3"))
                    .isEqualTo("ok");
            driver.begin();
            driver.read(reading.clear());
            assertThat(reading.values[0] * 0.0625).isCloseTo(-12.3, within(0.0626));
            long allocated =
                    Allocation.ofRounds(
                            5_000,
                            () -> {
                                driver.begin();
                                driver.read(reading);
                            });
            assertThat(allocated).isZero();
            driver.close();
        }
    }
}
