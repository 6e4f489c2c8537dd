package dev.pipit.board.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.pi4j.exception.Pi4JException;
import com.pi4j.io.gpio.digital.DigitalInput;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalState;
import com.pi4j.io.i2c.I2C;
import com.pi4j.io.spi.Spi;
import com.sun.management.ThreadMXBean;
import dev.pipit.board.BoardSettings;
import dev.pipit.driver.Allocation;
import dev.pipit.driver.Errno;
import dev.pipit.driver.Fault;
import dev.pipit.driver.FinePwm;
import dev.pipit.driver.I2cChip;
import dev.pipit.driver.Location;
import dev.pipit.driver.TimedInput;
import dev.pipit.driver.Wiring.Bias;
import dev.pipit.driver.Wiring.Drive;
import dev.pipit.driver.Wiring.InputLine;
import dev.pipit.driver.Wiring.OutputLine;
import dev.pipit.driver.Wiring.Pull;
import dev.pipit.driver.Wiring.PwmLine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelBoardTest {
    @TempDir Path root;
    private final FakeKernel kernel = new FakeKernel();
    private Path dev;
    private Path sys;
    private KernelBoard board;

    @BeforeEach
    void open() throws IOException {
        dev = Files.createDirectory(root.resolve("dev"));
        sys = Files.createDirectory(root.resolve("sys"));
        Files.createFile(dev.resolve("gpiochip1"));
        Files.createFile(dev.resolve("gpiochip0"));
        Files.createFile(dev.resolve("i2c-1"));
        board = new KernelBoard(kernel, root, BoardSettings.USUAL);
    }

    @AfterEach
    void close() {
        board.close();
        assertThat(kernel.open).as("descriptors left open").isEmpty();
    }

    @Test
    void anOutputHasItsInitialLevelInTheSameRequest() {
        DigitalOutput relay = board.output(new OutputLine("relay", 27, true));
        assertThat(kernel.lines[27].history).containsOnly(true);
        assertThat(kernel.lines[27].consumer).isEqualTo("pipit relay");
        relay.state(DigitalState.LOW);
        assertThat(relay.state()).isEqualTo(DigitalState.LOW);
        assertThat(kernel.lines[27].history).endsWith(true, false).containsOnlyOnce(false);
    }

    @Test
    void anInputHasItsBiasAndTheKernelsDebounce() {
        DigitalInput button = board.input(new InputLine("button", 17, Pull.UP, true, 20_000));
        assertThat(kernel.lines[17].bias).isEqualTo(1);
        assertThat(kernel.lines[17].debounceMicros).isEqualTo(20_000);
        assertThat(((TimedInput) button).debounced()).isTrue();
        assertThat(button.isHigh()).isTrue();
    }

    private record Level(boolean high, long nanos) {}

    private BlockingQueue<Level> levelsOf(int pin) {
        BlockingQueue<Level> levels = new LinkedBlockingQueue<>();
        TimedInput input =
                (TimedInput) board.input(new InputLine("in" + pin, pin, Pull.UP, true, 0));
        input.onLevel((high, at) -> levels.add(new Level(high, at)));
        levels.clear(); // the level as it was
        return levels;
    }

    @Test
    void edgesArriveWithTheKernelsTimesInOrder() throws InterruptedException {
        BlockingQueue<Level> first = levelsOf(17);
        BlockingQueue<Level> second = levelsOf(22);
        kernel.edge(17, false, 1_000);
        kernel.edge(17, true, 2_000);
        kernel.edge(22, false, 1_500);
        assertThat(first.poll(5, TimeUnit.SECONDS)).isEqualTo(new Level(false, 1_000));
        assertThat(first.poll(5, TimeUnit.SECONDS)).isEqualTo(new Level(true, 2_000));
        assertThat(second.poll(5, TimeUnit.SECONDS)).isEqualTo(new Level(false, 1_500));
    }

    @Test
    void aGapInTheSequenceIsFollowedByALookAtTheLine() throws InterruptedException {
        BlockingQueue<Level> levels = levelsOf(17);
        kernel.edge(17, false, 1_000);
        assertThat(levels.poll(5, TimeUnit.SECONDS)).isEqualTo(new Level(false, 1_000));
        synchronized (kernel) {
            kernel.lostEdge(17, true);
            kernel.edge(17, false, 3_000);
            kernel.lines[17].high = true; // and it rose again, unseen
        }
        assertThat(levels.poll(5, TimeUnit.SECONDS)).isEqualTo(new Level(false, 3_000));
        assertThat(levels.poll(5, TimeUnit.SECONDS).high()).isTrue();
    }

    @Test
    void aLevelThatChangedWithoutAnEventIsNoticedWithinTwoSeconds() throws InterruptedException {
        BlockingQueue<Level> levels = levelsOf(17);
        kernel.lostEdge(17, false);
        assertThat(levels.poll(2, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void aLineThatIsTakenSaysByWhom() {
        kernel.lines[27].consumer = "lirc";
        assertThatThrownBy(() -> board.output(new OutputLine("relay", 27, false)))
                .isInstanceOf(Pi4JException.class)
                .hasMessageContaining("line 27 of gpiochip0 (pinctrl-bcm2711) is in use by 'lirc'");
    }

    @Test
    void aPinThatCarriesAnEnabledBusIsRefused() throws IOException {
        DeviceTreeTest.layOutAPi(root);
        try (KernelBoard pi = new KernelBoard(kernel, root, BoardSettings.USUAL)) {
            assertThatThrownBy(() -> pi.output(new OutputLine("relay", 3, false)))
                    .isInstanceOf(Pi4JException.class)
                    .hasMessageContaining("pin 3 for output 'relay': it carries i2c1");
        }
    }

    @Test
    void withoutAHeaderTheErrorNamesTheChipsThatAreThere() throws IOException {
        Files.delete(dev.resolve("gpiochip0"));
        assertThatThrownBy(() -> board.output(new OutputLine("relay", 27, false)))
                .hasMessageContaining("no GPIO chip labelled pinctrl-*")
                .hasMessageContaining("gpiochip1 (raspberrypi-exp-gpio)");
    }

    @Test
    void permissionErrorsNameTheFileTheGroupAndTheCommand() throws IOException {
        kernel.refusals.put("gpiochip0", Errno.EACCES);
        String group =
                Files.readAttributes(
                                dev.resolve("gpiochip0"),
                                java.nio.file.attribute.PosixFileAttributes.class)
                        .group()
                        .getName();
        assertThatThrownBy(() -> board.output(new OutputLine("relay", 27, false)))
                .hasMessageContaining("gpiochip0 may not be opened")
                .hasMessageContaining(group);
    }

    @Test
    void aMissingBusSaysWhatToEnable() {
        kernel.refusals.put("i2c-1", Errno.ENOENT);
        I2cChip chip = new I2cChip(board, Location.i2c(1, 0x76));
        assertThat(Fault.ofResult(chip.write(0, 0))).isEqualTo(Fault.NO_ACCESS);
        assertThat(chip.trouble()).contains("dtparam=i2c_arm=on");
        kernel.refusals.clear();
        assertThat(chip.write(0, 0)).isZero();
        chip.close();
    }

    @Test
    void chipsOnABusShareOneDescriptor() {
        I2C one = board.i2c(1, 0x76);
        I2C other = board.i2c(1, 0x77);
        assertThat(kernel.open.values()).containsExactly("i2c-1");
        assertThat(kernel.settings).containsExactly("i2c-1 retries 1 timeout 200");
        board.release(one);
        assertThat(kernel.open).hasSize(1);
        assertThat(other.readRegister(0xd0)).isEqualTo(-Errno.EREMOTEIO);
        board.release(other);
        assertThat(kernel.open).isEmpty();
    }

    @Test
    void everyWayToReadAndWriteReachesTheRegisters() {
        I2C chip = board.i2c(1, 0x76);
        byte[] bytes = {1, 2, 3};
        assertThat(chip.writeRegister(0x10, bytes, 0, 3)).isEqualTo(3);
        assertThat(chip.writeRegister(0x13, (byte) 4)).isEqualTo(1);
        byte[] back = new byte[4];
        assertThat(chip.readRegister(0x10, back, 0, 4)).isEqualTo(4);
        assertThat(back).containsExactly(1, 2, 3, 4);
        assertThat(chip.readRegister(0x12)).isEqualTo(3);
        assertThat(chip.write((byte) 0x11)).isEqualTo(1);
        assertThat(chip.read()).isEqualTo(2);
        assertThat(chip.write(new byte[] {0x20, 9}, 0, 2)).isEqualTo(2);
        assertThat(kernel.registers[0x20]).isEqualTo((byte) 9);
        assertThat(chip.readRegister(new byte[] {0x10}, back, 1, 2)).isEqualTo(2);
        assertThat(back).containsExactly(1, 1, 2, 4);
    }

    @Test
    void aBusIsSetAsConfigured() {
        try (KernelBoard set = withSettings(Map.of(1, new BoardSettings.I2c(3, 500)))) {
            assertThat(set.i2c(1, 0x76).readRegister(0xd0)).isZero();
            assertThat(kernel.settings).containsExactly("i2c-1 retries 3 timeout 500");
        }
    }

    private KernelBoard withSettings(Map<Integer, BoardSettings.I2c> i2c, String... lines) {
        return new KernelBoard(kernel, root, new BoardSettings("", List.of(lines), i2c));
    }

    @Test
    void aLineMayBeGivenByItsNameOrByItsChipAndNumber() {
        try (KernelBoard named =
                withSettings(Map.of(), "GPIO25", "raspberrypi-exp-gpio/BT_ON", "gpiochip1/3")) {
            DigitalOutput relay = named.output(new OutputLine("relay", -1, true));
            assertThat(kernel.lines[25].consumer).isEqualTo("pipit relay");
            assertThat(relay.isHigh()).isTrue();
            named.output(new OutputLine("bluetooth", -2, false));
            assertThat(kernel.lines[FakeKernel.EXPANDER].consumer).isEqualTo("pipit bluetooth");
            named.output(new OutputLine("led", -3, false));
            assertThat(kernel.lines[FakeKernel.EXPANDER + 3].consumer).isEqualTo("pipit led");
        }
    }

    @Test
    void aNameThatNoChipHasOrSeveralHaveIsRefused() {
        try (KernelBoard named = withSettings(Map.of(), "RELAY", "gpiochip1/RELAY", "SPARE")) {
            assertThatThrownBy(() -> named.output(new OutputLine("relay", -1, true)))
                    .hasMessageContaining("line RELAY for output 'relay'")
                    .hasMessageContaining("no GPIO chip has a line 'RELAY'");
            assertThatThrownBy(() -> named.output(new OutputLine("relay", -2, true)))
                    .hasMessageContaining("gpiochip1 (raspberrypi-exp-gpio) has no line 'RELAY'");
            assertThatThrownBy(() -> named.output(new OutputLine("relay", -3, true)))
                    .hasMessageContaining("write CHIP/SPARE with one of")
                    .hasMessageContaining("gpiochip1 (raspberrypi-exp-gpio)");
        }
    }

    @Test
    void anotherChipMayCarryThePins() {
        BoardSettings expander = BoardSettings.onChip("raspberrypi-exp-gpio");
        try (KernelBoard other = new KernelBoard(kernel, root, expander)) {
            other.output(new OutputLine("led", 2, true));
            assertThat(kernel.lines[FakeKernel.EXPANDER + 2].high).isTrue();
        }
    }

    @Test
    void anOutputHasItsDriveAndItsBias() {
        board.output(new OutputLine("plain", 5, false));
        board.output(new OutputLine("shared", 6, true, Drive.OPEN_DRAIN, Bias.UP));
        board.output(new OutputLine("source", 7, true, Drive.OPEN_SOURCE, Bias.NONE));
        assertThat(kernel.lines[5]).returns(0, line -> line.drive).returns(-1, line -> line.bias);
        assertThat(kernel.lines[6]).returns(1, line -> line.drive).returns(1, line -> line.bias);
        assertThat(kernel.lines[7]).returns(2, line -> line.drive).returns(0, line -> line.bias);
    }

    @Test
    void theEventThreadCountsItsTurns() throws InterruptedException {
        assertThat(board.loops()).isEmpty();
        BlockingQueue<Level> levels = levelsOf(17);
        LongSupplier turns = board.loops().values().iterator().next();
        long before = turns.getAsLong();
        kernel.edge(17, false, 1_000);
        assertThat(levels.poll(5, TimeUnit.SECONDS)).isNotNull();
        long end = System.nanoTime() + 5_000_000_000L;
        while (turns.getAsLong() == before && System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
        assertThat(turns.getAsLong()).isGreaterThan(before);
    }

    @Test
    void anEventAllocatesNothing() throws InterruptedException {
        AtomicLong heard = new AtomicLong();
        TimedInput input = (TimedInput) board.input(new InputLine("in", 17, Pull.UP, true, 0));
        input.onLevel((high, at) -> heard.incrementAndGet());
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long eventThread =
                Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().equals("pipit-gpio") && thread.isAlive())
                        .mapToLong(Thread::threadId)
                        .max()
                        .orElseThrow();
        long fewest = Long.MAX_VALUE;
        for (int round = 0; round < 12; round++) {
            long from = heard.get();
            long before = threads.getThreadAllocatedBytes(eventThread);
            for (int i = 1; i <= 500; i++) {
                kernel.edge(17, i % 2 == 0, i);
                while (heard.get() < from + i) {
                    Thread.onSpinWait();
                }
            }
            fewest = Math.min(fewest, threads.getThreadAllocatedBytes(eventThread) - before);
        }
        assertThat(fewest).isZero();
    }

    @Test
    void anSpiTransferAllocatesNothing() {
        Spi spi = board.spi(0, 0, 1_000_000, 0);
        byte[] out = {1, 2, 3, 4};
        byte[] in = new byte[4];
        long allocated =
                Allocation.ofRounds(
                        20_000,
                        () -> {
                            spi.transfer(out, 0, in, 0, 4);
                            spi.read();
                            spi.write((byte) 1);
                        });
        assertThat(allocated).isZero();
    }

    @Test
    void spiWordsMayBeLonger() {
        board.spi(0, 0, 500_000, 1, 16);
        assertThat(kernel.settings).containsExactly("spidev0.0 mode 1 bits 16 500000 Hz");
        assertThatThrownBy(() -> board.spi(0, 1, 500_000, 1, 33))
                .hasMessageContaining("refuses mode 1, words of 33 bits");
    }

    @Test
    void spiTransfersAndRefusesAModeThatTheControllerRefuses() throws IOException {
        Spi spi = board.spi(0, 1, 1_000_000, 0);
        byte[] in = new byte[3];
        assertThat(spi.transfer(new byte[] {7, 8, 9}, 0, in, 0, 3)).isEqualTo(3);
        assertThat(in).containsExactly(7, 8, 9);
        assertThat(spi.read()).isEqualTo(0x5a);
        assertThat(kernel.settings).containsExactly("spidev0.1 mode 0 bits 8 1000000 Hz");
        assertThatThrownBy(() -> board.spi(0, 0, 1_000_000, 3))
                .hasMessageContaining("refuses mode 3");
        kernel.refusals.put("spidev1.0", Errno.ENOENT);
        assertThatThrownBy(() -> board.spi(1, 0, 1_000_000, 0))
                .hasMessageContaining("dtparam=spi=on");
    }

    @Test
    void pwmIsSetInNanosecondsAndKeepsRunningWhileTheDutyChanges() throws IOException {
        Path channel = Files.createDirectories(sys.resolve("class/pwm/pwmchip0/pwm1"));
        Files.writeString(channel.resolveSibling("npwm"), "2\n");
        Files.createFile(channel.resolve("enable"));
        Files.writeString(channel.resolve("duty_cycle"), "0\n");
        FinePwm servo = (FinePwm) board.pwm(PwmLine.permille("servo", 19, 50, 75));
        assertThat(Files.readString(channel.resolve("period"))).isEqualTo("20000000");
        assertThat(Files.readString(channel.resolve("duty_cycle"))).isEqualTo("1500000");
        assertThat(Files.readString(channel.resolve("enable"))).isEqualTo("1");
        servo.dutyPermille(100);
        assertThat(Files.readString(channel.resolve("duty_cycle"))).startsWith("2000000\n");
        assertThat(servo.dutyPermille()).isEqualTo(100);
        long allocated =
                Allocation.ofRounds(
                        500,
                        () -> {
                            servo.dutyPermille(33);
                            servo.dutyPermille(66);
                        });
        assertThat(allocated).isZero();
    }

    @Test
    void everyOutputLeavesALineThatBringsItsFirstLevelBackAfterACrash() throws IOException {
        Path channel = Files.createDirectories(sys.resolve("class/pwm/pwmchip0/pwm1"));
        Files.writeString(channel.resolveSibling("npwm"), "2\n");
        Files.createFile(channel.resolve("enable"));
        Files.writeString(channel.resolve("duty_cycle"), "0\n");
        DigitalOutput relay = board.output(new OutputLine("relay", 27, true));
        board.pwm(PwmLine.permille("fan", 19, 25_000, 250));
        board.output(new OutputLine("shared", 6, true, Drive.OPEN_DRAIN, Bias.UP));
        relay.low();
        board.input(new InputLine("button", 17, Pull.UP, true, 0));
        assertThat(board.safeLines())
                .containsExactly(
                        "gpio\t%s\tpinctrl-bcm2711\t27\t1\trelay"
                                .formatted(dev.resolve("gpiochip0")),
                        "pwm\t%s\t1\t40000\t10000\tfan"
                                .formatted(sys.resolve("class/pwm/pwmchip0")),
                        "gpio\t%s\tpinctrl-bcm2711\t6\t3\tshared"
                                .formatted(dev.resolve("gpiochip0")));
    }

    @Test
    void aPwmAtRestIsSwitchedOffAndGivenBackAndOneWithASafeValueRunsOn() throws IOException {
        Path chip = Files.createDirectories(sys.resolve("class/pwm/pwmchip0"));
        Files.writeString(chip.resolve("npwm"), "2\n");
        for (int channel = 0; channel < 2; channel++) {
            Path directory = Files.createDirectory(chip.resolve("pwm" + channel));
            Files.createFile(directory.resolve("enable"));
            Files.writeString(directory.resolve("duty_cycle"), "0\n");
        }
        FinePwm fan = (FinePwm) board.pwm(new PwmLine("fan", 18, 1_000, 300));
        FinePwm valve = (FinePwm) board.pwm(new PwmLine("valve", 19, 1_000, 300));
        fan.dutyPermille(0);
        board.release(fan);
        board.release(valve);
        assertThat(Files.readString(chip.resolve("pwm0/enable"))).isEqualTo("0");
        assertThat(Files.readString(chip.resolve("unexport"))).isEqualTo("0");
        assertThat(Files.readString(chip.resolve("pwm1/enable"))).isEqualTo("1");
    }

    @Test
    void aMissingPwmChipSaysWhatToEnable() {
        assertThatThrownBy(() -> board.pwm(new PwmLine("fan", 18, 50, 0)))
                .hasMessageContaining("dtoverlay=pwm,pin=18,func=2");
    }

    @Test
    void aTransferAllocatesNothing() {
        I2cChip chip = new I2cChip(board, Location.i2c(1, 0x76));
        byte[] into = new byte[8];
        long allocated =
                Allocation.ofRounds(
                        20_000,
                        () -> {
                            chip.write(0x10, 1);
                            chip.read(0x10, into, 0, 8);
                        });
        assertThat(allocated).isZero();
        chip.close();
    }
}
