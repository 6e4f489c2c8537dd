package dev.pipit.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.config.AgentConfig;
import dev.pipit.config.ConfigFile;
import dev.pipit.config.Drivers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    private AgentConfig config(String rest) throws IOException {
        Path file = root.resolve("pipit.yaml");
        Files.writeString(
                file,
                """
                device: {id: greenhouse}
                broker: {url: "mqtt://127.0.0.1:1883"}
                """
                        + rest);
        if (ConfigFile.load(file, Drivers.installed()) instanceof ConfigFile.Result.Valid valid) {
            return valid.config();
        }
        throw new AssertionError("the configuration is wrong: " + rest);
    }

    @Test
    void aPinOfAnEnabledBusIsRefused() throws IOException {
        AgentConfig config =
                config(
                        """
                        inputs: {button: {pin: 2}}
                        actuators:
                          relay: {driver: digital-output, pin: 18, safe: off}
                          lamp: {driver: digital-output, pin: 27, safe: off}
                        """);
        assertThat(Boards.takenPins(config, root))
                .hasSize(2)
                .anyMatch(line -> line.startsWith("inputs.button.pin: 2 carries i2c1"))
                .anyMatch(line -> line.startsWith("actuators.relay.pin: 18 carries pwm@7e20c000"));
    }

    @Test
    void aPwmPinMayCarryItsPwm() throws IOException {
        AgentConfig config = config("actuators: {fan: {driver: pwm, pin: 18, safe: 0}}\n");
        assertThat(Boards.takenPins(config, root)).isEmpty();
    }

    @Test
    void aSimulatedBoardHasAllItsPins() throws IOException {
        AgentConfig config = config("board: simulated\ninputs: {button: {pin: 2}}\n");
        assertThat(Boards.takenPins(config, root)).isEmpty();
    }
}
