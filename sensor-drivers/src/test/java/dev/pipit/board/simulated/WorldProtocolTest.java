package dev.pipit.board.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.driver.ActuatorDriver;
import dev.pipit.driver.Options;
import dev.pipit.driver.Wiring.InputLine;
import dev.pipit.driver.Wiring.Pull;
import dev.pipit.driver.gpio.DigitalOutputType;
import dev.pipit.driver.gpio.PwmType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorldProtocolTest {
    private long nanos = 5_000_000_000L;
    private final World world = new World(() -> nanos, 7, false);
    private final WorldProtocol protocol = new WorldProtocol(world);
    private final List<String> changes = new ArrayList<>();
    private final SimulatedBoard board = new SimulatedBoard(world);

    @BeforeEach
    void furnish() {
        world.onOutput(changes::add);
        board.attach(1, 0x76, "bme280", "air");
        board.input(new InputLine("button", 17, Pull.UP, true, 0));
    }

    @AfterEach
    void close() {
        board.close();
    }

    @Test
    void everyChangeOfAnOutputIsReportedWithItsTime() {
        DigitalOutputType type = new DigitalOutputType();
        ActuatorDriver relay = type.create(board, "relay", 27, Options.usual(type.options()), 0);
        nanos += 1_500_000_000L;
        assertThat(relay.write(1)).isNull();
        assertThat(relay.write(1)).isNull();
        assertThat(relay.readBack()).isEqualTo(1);
        nanos += 1_000_000;
        assertThat(relay.write(0)).isNull();
        assertThat(changes)
                .containsExactly("pin 27 = 0 at 5000", "pin 27 = 1 at 6500", "pin 27 = 0 at 6501");
    }

    @Test
    void anActiveLowOutputIsHighFromTheFirstMoment() {
        DigitalOutputType type = new DigitalOutputType();
        Options activeLow = Options.usual(type.options()).with("active", "low");
        ActuatorDriver relay = type.create(board, "relay", 27, activeLow, 0);
        assertThat(changes).containsExactly("pin 27 = 1 at 5000");
        assertThat(relay.readBack()).isZero();
        relay.write(1);
        assertThat(world.high(27)).isFalse();
        assertThat(relay.readBack()).isEqualTo(1);
    }

    @Test
    void pwmIsReportedInTenthsOfAPercent() {
        PwmType type = new PwmType();
        ActuatorDriver fan = type.create(board, "fan", 18, Options.usual(type.options()), 300);
        assertThat(fan.write(455)).isNull();
        assertThat(fan.readBack()).isEqualTo(455);
        assertThat(fan.write(1_000)).isNull();
        assertThat(changes)
                .containsExactly(
                        "pin 18 = 30% at 5000", "pin 18 = 45.5% at 5000", "pin 18 = 100% at 5000");
    }

    @Test
    void pressAndReleaseDriveThePinAsItsWiringMeans() {
        assertThat(world.high(17)).isTrue();
        assertThat(protocol.answer("press 17")).isEqualTo("ok");
        assertThat(world.high(17)).isFalse();
        assertThat(protocol.answer("release 17")).isEqualTo("ok");
        assertThat(world.high(17)).isTrue();
    }

    @Test
    void showTellsQuantitiesChipsAndPins() {
        protocol.answer("set air.temperature 21.5");
        protocol.answer("fault i2c-1 0x76 nack");
        assertThat(protocol.answer("show"))
                .isEqualTo(
                        """
                        air.humidity = 45
                        air.pressure = 101325
                        air.temperature = 21.5
                        i2c-1 0x76 = bme280 air fault nack
                        pin 17 = 1 input button\
                        """);
        protocol.answer("heal i2c-1 0x76");
        protocol.answer("unplug i2c-1 0x76");
        assertThat(protocol.answer("show")).contains("i2c-1 0x76 = bme280 air unplugged\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    presss 17                   | 'presss' is no command, did you mean press?
                    set air.temprature 21       | no quantity 'air.temprature', did you mean air.temperature?
                    set air.temperature warm    | 'warm': expected a number from -60 to 120
                    set air.temperature NaN     | 'NaN': expected -60 to 120
                    set air.humidity 101        | '101': expected 0 to 100
                    set air.humidity            | 'set' takes 2 words, got 1; for example: set air.temperature 21.5
                    press                       | 'press' takes 1 word, got 0; for example: press 17
                    press button                | 'button': expected a pin's BCM number, 0 to 53
                    press 4                     | pin 4 is not in use; inputs: 17 (button)
                    unplug i2c1 0x76            | 'i2c1': expected a bus such as i2c-1; chips: i2c-1 0x76
                    unplug i2c-1 0x77           | no chip at 0x77 on i2c-1; chips: i2c-1 0x76
                    unplug i2c-1 200            | '200': expected an address such as 0x76, 0x03 to 0x77
                    fault i2c-1 0x76 nak        | 'nak' is no fault, did you mean nack?
                    fault i2c-1 0x76 checksum   | bme280 has no checksum to break; try nack, stuck or slow
                    """)
    void aBadLineGetsAnAnswerThatHelps(String line, String answer) {
        assertThat(protocol.answer(line)).startsWith("error: " + answer);
    }

    @Test
    void emptyLinesAndCommentsSayNothing() {
        assertThat(protocol.answer("")).isEmpty();
        assertThat(protocol.answer("   # later")).isEmpty();
        assertThat(protocol.answer("HELP")).contains("unplug i2c-1 0x76");
    }

    @Test
    void theWeatherDriftsSlowlyAndTheSameForTheSameSeed() {
        World one = new World(() -> nanos, 42, true);
        World same = new World(() -> nanos, 42, true);
        World other = new World(() -> nanos, 43, true);
        for (World w : List.of(one, same, other)) {
            w.attach(1, 0x76, "bme280", "air");
        }
        double before = one.value("air.temperature").orElseThrow();
        assertThat(same.value("air.temperature").orElseThrow()).isEqualTo(before);
        assertThat(other.value("air.temperature").orElseThrow()).isNotEqualTo(before);
        double least = before;
        double most = before;
        for (int second = 0; second < 3_600; second++) {
            nanos += 1_000_000_000L;
            double now = one.value("air.temperature").orElseThrow();
            assertThat(Math.abs(now - before)).as("in one second").isLessThan(0.2);
            before = now;
            least = Math.min(least, now);
            most = Math.max(most, now);
        }
        assertThat(least).isBetween(17.0, 21.0);
        assertThat(most).isBetween(21.0, 25.0);
        one.set("air.temperature", 30);
        nanos += 1_000_000_000_000L;
        assertThat(one.value("air.temperature")).hasValue(30);
    }

    @Test
    void aDriverWithoutAModelCannotBeAttached() {
        assertThat(board.attach(1, 0x40, "sht99", "x")).isFalse();
    }
}
