package dev.pipit.board.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.pi4j.io.gpio.digital.DigitalInput;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.i2c.I2C;
import dev.pipit.board.BoardSettings;
import dev.pipit.driver.Errno;
import dev.pipit.driver.Fault;
import dev.pipit.driver.I2cChip;
import dev.pipit.driver.Location;
import dev.pipit.driver.Wiring.InputLine;
import dev.pipit.driver.Wiring.OutputLine;
import dev.pipit.driver.Wiring.Pull;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A chip that holds SDA: every transfer on its bus times out. */
@Timeout(30)
class BusRecoveryTest {
    @TempDir Path root;
    private final FakeKernel kernel = new FakeKernel();
    private Path driver;
    private KernelBoard board;

    @BeforeEach
    void layOut() throws IOException {
        Files.createDirectory(root.resolve("dev"));
        Files.createFile(root.resolve("dev/gpiochip0"));
        Files.createFile(root.resolve("dev/i2c-1"));
        DeviceTreeTest.layOutAPi(root);
        Path device = root.resolve("sys/devices/platform/soc/fe804000.i2c");
        Files.createDirectories(device.resolve("i2c-1"));
        driver = Files.createDirectories(root.resolve("sys/bus/platform/drivers/i2c-bcm2835"));
        Files.createSymbolicLink(device.resolve("driver"), driver);
        Path devices = Files.createDirectories(root.resolve("sys/bus/i2c/devices"));
        Files.createSymbolicLink(devices.resolve("i2c-1"), device.resolve("i2c-1"));
        board = new KernelBoard(kernel, root, BoardSettings.USUAL);
    }

    @AfterEach
    void close() {
        board.close();
    }

    private String troubleOnceRecovered(I2C chip) throws InterruptedException {
        assertThat(chip.readRegister(0)).isEqualTo(-Errno.ETIMEDOUT);
        @Nullable String trouble = board.i2cTrouble(1);
        while (trouble == null || trouble.endsWith("under way")) {
            Thread.sleep(5);
            trouble = board.i2cTrouble(1);
        }
        return trouble;
    }

    @Test
    void theFirstTimeoutUnbindsTheAdapterPulsesSclAndBindsItAgain() throws Exception {
        Files.createFile(driver.resolve("unbind"));
        Files.createFile(driver.resolve("bind"));
        I2C chip = board.i2c(1, 0x76);
        kernel.i2cResult = -Errno.ETIMEDOUT;
        assertThat(troubleOnceRecovered(chip))
                .isEqualTo(
                        "i2c-1 hangs (does a chip, or a short, hold SDA or SCL low?): driver"
                                + " i2c-bcm2835 unbound and bound again, SCL pulsed");
        assertThat(driver.resolve("unbind")).hasContent("fe804000.i2c");
        assertThat(driver.resolve("bind")).hasContent("fe804000.i2c");
        // SCL (GPIO 3): high, then nine times low and high, open drain; SDA (GPIO 2) rises last.
        assertThat(kernel.lines[3].drive).isEqualTo(1);
        assertThat(kernel.lines[3].history).hasSize(19).filteredOn(high -> !high).hasSize(9);
        assertThat(kernel.lines[2].history).containsExactly(false, true);
        assertThat(kernel.lines[2].consumer).isEmpty();
        assertThat(kernel.lines[3].consumer).isEmpty();
        kernel.i2cResult = 0;
        assertThat(chip.readRegister(0)).isZero();
        assertThat(board.i2cTrouble(1)).isNull();
    }

    @Test
    void whereTheTreeHasNoAliasTheAdaptersNodeTellsItsPins() throws Exception {
        Files.delete(root.resolve("proc/device-tree/aliases/i2c1"));
        Path node = Files.createDirectories(root.resolve("sys/firmware/i2c@7e804000"));
        Files.createSymbolicLink(
                root.resolve("sys/devices/platform/soc/fe804000.i2c/i2c-1/of_node"), node);
        Files.createFile(driver.resolve("unbind"));
        Files.createFile(driver.resolve("bind"));
        board.close();
        board = new KernelBoard(kernel, root, BoardSettings.USUAL);
        kernel.i2cResult = -Errno.ETIMEDOUT;
        assertThat(troubleOnceRecovered(board.i2c(1, 0x76))).endsWith(", SCL pulsed");
    }

    @Test
    void withoutRightsTheBusIsOpenedAnewAndTheAlarmSaysWhy() throws Exception {
        I2cChip chip = new I2cChip(board, Location.i2c(1, 0x76));
        chip.write(0, 0);
        kernel.i2cResult = -Errno.ETIMEDOUT;
        assertThat(Fault.ofResult(chip.write(0, 0))).isEqualTo(Fault.TIMEOUT);
        String trouble = troubleOnceRecovered(board.i2c(1, 0x77));
        assertThat(trouble).contains("bus opened anew").contains("unbind may not be written");
        assertThat(kernel.settings).hasSize(2);
        chip.write(0, 0);
        assertThat(chip.trouble()).isEqualTo(trouble);
        chip.close();
    }

    @Test
    void aTransferThatHangsLeavesOtherBusesInputsAndOutputsAlone() throws Exception {
        Files.createFile(root.resolve("dev/i2c-3"));
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch inside = new CountDownLatch(1);
        I2C stuck = board.i2c(1, 0x76);
        I2C other = board.i2c(3, 0x76);
        kernel.hang("i2c-1", inside, end);
        Thread sampler = new Thread(() -> stuck.readRegister(0));
        sampler.start();
        inside.await();
        assertThat(other.readRegister(0)).isZero();
        DigitalOutput relay = board.output(new OutputLine("relay", 27, false));
        relay.high();
        assertThat(kernel.lines[27].high).isTrue();
        DigitalInput button = board.input(new InputLine("button", 22, Pull.UP, true, 0));
        assertThat(button.isHigh()).isTrue();
        assertThat(board.i2c(3, 0x77).readRegister(0)).isEqualTo(-Errno.EREMOTEIO);
        end.countDown();
        sampler.join();
    }
}
