package dev.pipit.board.linuxfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.pi4j.exception.Pi4JException;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalState;
import com.pi4j.io.pwm.Pwm;
import dev.pipit.board.BoardSettings;
import dev.pipit.driver.Wiring.InputLine;
import dev.pipit.driver.Wiring.OutputLine;
import dev.pipit.driver.Wiring.Pull;
import dev.pipit.driver.Wiring.PwmLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a directory of files laid out as a Pi 4's sysfs under kernel 6.12. */
class LinuxfsBoardTest {
    @TempDir Path sys;
    private Path gpio;

    @BeforeEach
    void layOut() throws IOException {
        gpio = Files.createDirectories(sys.resolve("class/gpio"));
        chip("gpiochip570", "raspberrypi-exp-gpio", 570, 8);
        chip("gpiochip512", "pinctrl-bcm2711", 512, 58);
        Files.createFile(gpio.resolve("export"));
        Files.createFile(gpio.resolve("unexport"));
        line(529, "in", "1");
        line(539, "in", "0");
        Path pwm = Files.createDirectories(sys.resolve("class/pwm/pwmchip0/pwm0"));
        Files.writeString(pwm.resolveSibling("npwm"), "2\n");
        for (String file : new String[] {"period", "duty_cycle", "enable"}) {
            Files.writeString(pwm.resolve(file), "0\n");
        }
        Files.writeString(pwm.resolve("polarity"), "normal\n");
    }

    private void chip(String name, String label, int base, int lines) throws IOException {
        Path chip = Files.createDirectories(gpio.resolve(name));
        Files.writeString(chip.resolve("label"), label + "\n");
        Files.writeString(chip.resolve("base"), base + "\n");
        Files.writeString(chip.resolve("ngpio"), lines + "\n");
    }

    private void line(int number, String direction, String value) throws IOException {
        Path line = Files.createDirectories(gpio.resolve("gpio" + number));
        Files.writeString(line.resolve("direction"), direction + "\n");
        Files.writeString(line.resolve("value"), value + "\n");
        Files.writeString(line.resolve("edge"), "none\n");
    }

    private String file(String name) throws IOException {
        return Files.readString(gpio.resolve(name)).strip();
    }

    @Test
    void anOutputTakesItsInitialLevelWithItsDirection() throws IOException {
        try (LinuxfsBoard board = new LinuxfsBoard(sys, BoardSettings.USUAL)) {
            DigitalOutput relay = board.output(new OutputLine("relay", 27, true));
            assertThat(file("gpio539/direction")).isEqualTo("high");
            relay.state(DigitalState.LOW);
            assertThat(file("gpio539/value")).isEqualTo("0");
            assertThat(relay.state()).isEqualTo(DigitalState.LOW);
            board.release(relay);
            assertThat(file("unexport")).isEqualTo("539");
        }
    }

    @Test
    void bcmNumbersFollowTheChipThatCarriesTheHeader() throws IOException {
        try (LinuxfsBoard board = new LinuxfsBoard(sys, BoardSettings.USUAL)) {
            assertThat(board.input(new InputLine("button", 17, Pull.UP, true, 0)).isHigh())
                    .isTrue();
            assertThat(file("gpio529/edge")).isEqualTo("both");
        }
    }

    @Test
    void theSamePinTwiceIsRefusedWithTheNameOfWhoHasIt() {
        try (LinuxfsBoard board = new LinuxfsBoard(sys, BoardSettings.USUAL)) {
            board.input(new InputLine("button", 17, Pull.UP, true, 0));
            assertThatThrownBy(() -> board.output(new OutputLine("relay", 17, false)))
                    .isInstanceOf(Pi4JException.class)
                    .hasMessage(
                            "pin 17 is already taken by input 'button', wanted for output 'relay'");
        }
    }

    @Test
    void aReleasedPinCanBeTakenAgain() {
        try (LinuxfsBoard board = new LinuxfsBoard(sys, BoardSettings.USUAL)) {
            board.release(board.input(new InputLine("button", 17, Pull.UP, true, 0)));
            board.output(new OutputLine("relay", 17, false));
        }
    }

    @Test
    void withoutAPiTheErrorNamesTheChipsThatAreThere() throws IOException {
        Files.writeString(gpio.resolve("gpiochip512/label"), "gpio_ich\n");
        try (LinuxfsBoard board = new LinuxfsBoard(sys, BoardSettings.USUAL)) {
            assertThatThrownBy(() -> board.output(new OutputLine("relay", 27, false)))
                    .isInstanceOf(Pi4JException.class)
                    .hasMessageContaining(
                            "pin 27 for output 'relay': no GPIO chip labelled pinctrl-*")
                    .hasMessageContaining("gpio_ich")
                    .hasMessageContaining("raspberrypi-exp-gpio");
        }
    }

    @Test
    void aPwmOutputTakesTheChannelOfItsPin() throws IOException {
        try (LinuxfsBoard board = new LinuxfsBoard(sys, BoardSettings.USUAL)) {
            Pwm fan = board.pwm(PwmLine.permille("fan", 18, 25_000, 500));
            Path channel = sys.resolve("class/pwm/pwmchip0/pwm0");
            assertThat(Files.readString(channel.resolve("period"))).isEqualTo("40000");
            assertThat(Files.readString(channel.resolve("duty_cycle"))).isEqualTo("20000");
            fan.off();
            assertThat(Files.readString(channel.resolve("enable"))).isEqualTo("0");
            assertThatThrownBy(() -> board.pwm(new PwmLine("fan2", 17, 25_000, 0)))
                    .hasMessageContaining("expected 12, 13, 18 or 19");
        }
    }

    @Test
    void i2cOnAMachineWithoutTheLibrarySaysSo() {
        try (LinuxfsBoard board = new LinuxfsBoard(sys, BoardSettings.USUAL)) {
            String before = System.setProperty("os.arch", "amd64");
            try {
                assertThatThrownBy(() -> board.i2c(1, 0x76))
                        .isInstanceOf(Pi4JException.class)
                        .hasMessageContaining("no I2C library for amd64");
            } finally {
                System.setProperty("os.arch", before);
            }
        }
    }
}
