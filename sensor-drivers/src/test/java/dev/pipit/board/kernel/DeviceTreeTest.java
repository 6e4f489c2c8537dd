package dev.pipit.board.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.board.DeviceTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceTreeTest {
    @TempDir Path root;

    /** The parts that matter of a Pi 4's tree, with I2C 1 and 1-Wire enabled and SPI disabled. */
    static void layOutAPi(Path root) throws IOException {
        Path tree = root.resolve("proc/device-tree");
        text(tree.resolve("model"), "Raspberry Pi 4 Model B Rev 1.4");
        text(tree.resolve("aliases/i2c1"), "/soc/i2c@7e804000");
        text(tree.resolve("aliases/i2c_arm"), "/soc/i2c@7e804000");
        Path gpio = tree.resolve("soc/gpio@7e200000");
        text(gpio.resolve("gpio-controller"), "");
        cells(gpio.resolve("pinctrl-0"), 9);
        cells(gpio.resolve("gpioout/phandle"), 9);
        cells(gpio.resolve("gpioout/brcm,pins"), 6);
        cells(gpio.resolve("i2c1/phandle"), 11);
        cells(gpio.resolve("i2c1/brcm,pins"), 2, 3);
        cells(gpio.resolve("spi0_pins/phandle"), 12);
        cells(gpio.resolve("spi0_pins/brcm,pins"), 9, 10, 11);
        cells(gpio.resolve("w1_pins/phandle"), 13);
        cells(gpio.resolve("w1_pins/brcm,pins"), 4);
        cells(gpio.resolve("wifi/phandle"), 14);
        cells(gpio.resolve("wifi/brcm,pins"), 34, 35);
        text(tree.resolve("soc/i2c@7e804000/status"), "okay");
        cells(tree.resolve("soc/i2c@7e804000/pinctrl-0"), 11);
        text(tree.resolve("soc/spi@7e204000/status"), "disabled");
        cells(tree.resolve("soc/spi@7e204000/pinctrl-0"), 12);
        cells(tree.resolve("onewire@4/pinctrl-0"), 13);
        cells(tree.resolve("soc/mmcnr@7e300000/pinctrl-0"), 14);
    }

    private static void text(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text + "\0");
    }

    private static void cells(Path file, int... values) throws IOException {
        Files.createDirectories(file.getParent());
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 4);
        for (int value : values) {
            bytes.putInt(value);
        }
        Files.write(file, bytes.array());
    }

    @Test
    void pinsOfEnabledDevicesAreTakenAndNoOthers() throws IOException {
        layOutAPi(root);
        DeviceTree tree = DeviceTree.read(root).orElseThrow();
        assertThat(tree.model()).isEqualTo("Raspberry Pi 4 Model B Rev 1.4");
        assertThat(tree.isRaspberryPi()).isTrue();
        assertThat(tree.headerPins()).isEqualTo(40);
        assertThat(tree.carriers()).isEqualTo(Map.of(2, "i2c1", 3, "i2c1", 4, "onewire@4"));
    }

    @Test
    void aPi5NamesItsPinsInWords() throws IOException {
        Path tree = root.resolve("proc/device-tree");
        text(tree.resolve("model"), "Raspberry Pi 5 Model B Rev 1.0");
        text(tree.resolve("aliases/spi0"), "/axi/pcie@1000120000/rp1/spi@50000");
        Path rp1 = tree.resolve("axi/pcie@1000120000/rp1");
        cells(rp1.resolve("gpio@d0000/rp1_spi0_gpio9/phandle"), 5);
        text(rp1.resolve("gpio@d0000/rp1_spi0_gpio9/pins"), "gpio9\0gpio10\0gpio11");
        cells(rp1.resolve("spi@50000/pinctrl-0"), 5);
        assertThat(DeviceTree.read(root).orElseThrow().carriers())
                .isEqualTo(Map.of(9, "spi0", 10, "spi0", 11, "spi0"));
    }

    /** Recorded by {@code deploy/emulate --scenarios record} on Debian's 6.12 and its own tree. */
    @Test
    void theKernelsOwnTreeOfAPi3NamesNodesWhereItHasNoAliases() {
        DeviceTree tree =
                DeviceTree.read(Path.of("src/test/resources/recorded/raspi3b")).orElseThrow();
        assertThat(tree.model()).isEqualTo("Raspberry Pi 3 Model B");
        assertThat(tree.carriers())
                .containsEntry(2, "i2c@7e804000")
                .containsEntry(3, "i2c@7e804000");
    }

    @Test
    void aPcHasNone() {
        assertThat(DeviceTree.read(root)).isEmpty();
    }

    @Test
    void scanTellsWhatThereIsAndWhatToEnable() throws IOException {
        layOutAPi(root);
        for (String device : new String[] {"i2c-1", "gpiochip0"}) {
            Files.createDirectories(root.resolve("dev"));
            Files.createFile(root.resolve("dev").resolve(device));
        }
        Files.createDirectories(root.resolve("sys/bus/w1/devices/28-3c01d607a6f9"));
        Files.createDirectories(root.resolve("sys/bus/i2c/devices/1-0068/driver"));
        FakeKernel kernel = new FakeKernel();
        kernel.registers[0xd0] = 0x60;
        kernel.lines[27].consumer = "lirc";
        kernel.lines[27].output = true;
        assertThat(Scan.report(kernel, root))
                .containsExactly(
                        "machine: Raspberry Pi 4 Model B Rev 1.4, 40-pin header",
                        "  pin 2 carries i2c1",
                        "  pin 3 carries i2c1",
                        "  pin 4 carries onewire@4",
                        "i2c-1 0x68: held by a driver of the kernel",
                        "i2c-1 0x76: BME280",
                        "SPI: none. 'dtparam=spi=on' in /boot/firmware/config.txt enables it",
                        "1-Wire 28-3c01d607a6f9: thermometer (driver ds18b20)",
                        "gpiochip0: pinctrl-bcm2711, 54 lines (the header)",
                        "  line 27 (GPIO27): output, used by 'lirc'",
                        "PWM: none. 'dtoverlay=pwm,pin=18,func=2' in /boot/firmware/config.txt"
                                + " enables pin 18");
        assertThat(kernel.open).isEmpty();
    }

    @Test
    void scanListsFreePwmChannelsAndThePinsThatCanCarryThem() throws IOException {
        Path chip = Files.createDirectories(root.resolve("sys/class/pwm/pwmchip0"));
        Files.writeString(chip.resolve("npwm"), "2\n");
        Files.createDirectory(chip.resolve("pwm1"));
        Path expander = Files.createDirectories(root.resolve("sys/class/pwm/pwmchip4"));
        Files.writeString(expander.resolve("npwm"), "3\n");
        assertThat(Scan.report(new FakeKernel(), root))
                .contains(
                        "pwmchip0: free channels 0 (pin 12 or 18); in use 1 (pin 13 or 19)",
                        "pwmchip4: free channels 0, 1, 2");
    }

    @Test
    void scanOnAPcSaysWhatIsMissing() {
        assertThat(Scan.report(new FakeKernel(), root))
                .first()
                .isEqualTo("machine: not a Raspberry Pi (no device tree)");
    }
}
