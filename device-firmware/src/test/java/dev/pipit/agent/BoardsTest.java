package dev.pipit.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.config.ConfigFile;
import dev.pipit.config.Drivers;
import dev.pipit.config.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pins of a configuration against the device tree of the machine that is to run it. */
class BoardsTest {
    @TempDir Path root;

    /** A Pi 4 with I2C 1 and a PWM on pin 18 enabled. */
    @BeforeEach
    void layOutAPi() throws IOException {
        property("model", "Raspberry Pi 4 Model B Rev 1.4\0");
        property("aliases/i2c1", "/soc/i2c@7e804000\0");
        property("soc/gpio@7e200000/i2c1/phandle", "\0\0\0\1");
        property("soc/gpio@7e200000/i2c1/brcm,pins", "\0\0\0\2\0\0\0\3");
        property("soc/gpio@7e200000/pwm/phandle", "\0\0\0\2");
        property("soc/gpio@7e200000/pwm/brcm,pins", "\0\0\0\22");
        property("soc/i2c@7e804000/pinctrl-0", "\0\0\0\1");
        property("soc/pwm@7e20c000/pinctrl-0", "\0\0\0\2");
    }

    private void property(String path, String bytes) throws IOException {
        Path file = root.resolve("proc/device-tree").resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, bytes);
    }

    private List<String> mistakes(String rest) throws IOException {
        Path file = root.resolve("pipit.yaml");
        Files.writeString(
                file,
                """
                device: {id: greenhouse}
                broker: {url: "mqtt://127.0.0.1:1883"}
                """
                        + rest);
        return switch (ConfigFile.load(file, Drivers.installed(), Boards.carriers(root))) {
            case ConfigFile.Result.Valid valid -> List.of();
            case ConfigFile.Result.Invalid invalid ->
                    invalid.problems().stream().map(Problem::toString).toList();
        };
    }

    @Test
    void aPinOfAnEnabledBusIsRefusedWhereItIsWritten() throws IOException {
        String file = root.resolve("pipit.yaml").toString();
        assertThat(
                        mistakes(
                                """
                                inputs: {button: {pin: 2}}
                                actuators:
                                  relay: {driver: digital-output, pin: 18, safe: off}
                                  lamp: {driver: digital-output, pin: 27, safe: off}
                                """))
                .containsExactly(
                        file
                                + ":3:24: inputs.button.pin is pin 2, which carries i2c1 on this"
                                + " machine: choose another pin, or disable that in config.txt",
                        file
                                + ":5:40: actuators.relay.pin is pin 18, which carries pwm@7e20c000"
                                + " on this machine: choose another pin, or disable that in"
                                + " config.txt");
    }

    @Test
    void aPwmPinMayCarryItsPwm() throws IOException {
        assertThat(mistakes("actuators: {fan: {driver: pwm, pin: 18, safe: 0}}\n")).isEmpty();
    }

    @Test
    void aSimulatedBoardHasAllItsPins() throws IOException {
        assertThat(mistakes("board: simulated\ninputs: {button: {pin: 2}}\n")).isEmpty();
    }

    @Test
    void anotherChipsLinesAreNotOnTheHeader() throws IOException {
        assertThat(mistakes("gpio-chip: gpio-sim.0\ninputs: {button: {pin: 2}}\n")).isEmpty();
    }
}
