package dev.pipit.benchmark;

import com.pi4j.Pi4J;
import com.pi4j.context.Context;
import com.pi4j.io.gpio.digital.DigitalInput;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalState;
import com.pi4j.io.i2c.I2C;
import com.pi4j.io.pwm.Pwm;
import com.pi4j.plugin.linuxfs.provider.gpio.digital.LinuxFsDigitalOutputProvider;
import com.sun.management.ThreadMXBean;
import dev.pipit.board.Board;
import dev.pipit.board.BoardSettings;
import dev.pipit.board.kernel.KernelBoard;
import dev.pipit.board.linuxfs.LinuxfsBoard;
import dev.pipit.driver.FinePwm;
import dev.pipit.driver.Wiring.InputLine;
import dev.pipit.driver.Wiring.OutputLine;
import dev.pipit.driver.Wiring.Pull;
import dev.pipit.driver.Wiring.PwmLine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one transfer costs on the {@code kernel} board and on Pi4J's {@code linuxfs}: time and bytes
 * allocated. Runs on a device, with nobody else at its pins: {@code deploy/bench board} runs it on
 * the emulated Raspberry Pi, against a tmp105 at 0x48 of I2C bus 1.
 *
 * <p>Arguments: I2C bus and address, an input pin, an output pin, a PWM pin, rounds.
 */
public final class BoardBenchmark {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int BATCHES = 5;

    private final int bus;
    private final int address;
    private final int input;
    private final int output;
    private final int pwm;
    private final int rounds;
    private final byte[] bytes = new byte[2];

    private BoardBenchmark(String[] arguments) {
        bus = Integer.parseInt(arguments[0]);
        address = Integer.decode(arguments[1]);
        input = Integer.parseInt(arguments[2]);
        output = Integer.parseInt(arguments[3]);
        pwm = Integer.parseInt(arguments[4]);
        rounds = Integer.parseInt(arguments[5]);
    }

    /** Prints a table. */
    public static void main(String[] arguments) {
        new BoardBenchmark(arguments).run();
    }

    /** The fastest and the leanest of some batches, per call. */
    private record Cost(double micros, double bytes) {}

    private record Row(String operation, @Nullable Cost kernel, @Nullable Cost linuxfs) {}

    private interface Measurement {
        Cost on(Board board);
    }

    private void run() {
        List<Row> rows = new ArrayList<>();
        rows.add(row("I2C: read a register of 2 bytes", this::readRegister));
        rows.add(row("I2C: write a byte", this::writeByte));
        rows.add(row("GPIO: read an input", this::readInput));
        rows.add(row("GPIO: write an output", this::writeOutput));
        rows.add(row("PWM: change the duty", this::changeDuty));
        print(rows);
        System.out.println("linuxfs outputs: " + pluginsOutput());
    }

    private static Row row(String operation, Measurement measurement) {
        return new Row(
                operation,
                measured(() -> new KernelBoard(BoardSettings.USUAL), operation, measurement),
                measured(() -> new LinuxfsBoard(BoardSettings.USUAL), operation, measurement));
    }

    private static @Nullable Cost measured(
            Supplier<Board> boards, String operation, Measurement measurement) {
        try (Board board = boards.get()) {
            return measurement.on(board);
        } catch (RuntimeException | LinkageError e) {
            System.out.println("not measured: " + operation + ": " + e.getMessage());
            return null;
        }
    }

    private Cost readRegister(Board board) {
        I2C chip = board.i2c(bus, address);
        return cost(i -> {
            if (chip.readRegister(0, bytes, 0, 2) != 2) {
                throw new IllegalStateException("the chip does not answer");
            }
        });
    }

    private Cost writeByte(Board board) {
        I2C chip = board.i2c(bus, address);
        return cost(i -> chip.write((byte) 0));
    }

    private Cost readInput(Board board) {
        DigitalInput line = board.input(new InputLine("in", input, Pull.NONE, false, 0));
        return cost(i -> line.state());
    }

    private Cost writeOutput(Board board) {
        DigitalOutput line = board.output(new OutputLine("out", output, false));
        return cost(i -> line.state((i & 1) == 0 ? DigitalState.HIGH : DigitalState.LOW));
    }

    private Cost changeDuty(Board board) {
        Pwm line = board.pwm(new PwmLine("fan", pwm, 1_000, 500));
        return line instanceof FinePwm fine
                ? cost(i -> fine.dutyPermille(400 + (i & 1) * 100))
                : cost(i -> line.on(40 + (i & 1) * 10));
    }

    private interface Call {
        void round(int i);
    }

    private Cost cost(Call call) {
        for (int i = 0; i < rounds; i++) {
            call.round(i);
        }
        long leastNanos = Long.MAX_VALUE;
        long fewestBytes = Long.MAX_VALUE;
        for (int batch = 0; batch < BATCHES; batch++) {
            long bytesBefore = THREADS.getCurrentThreadAllocatedBytes();
            long before = System.nanoTime();
            for (int i = 0; i < rounds; i++) {
                call.round(i);
            }
            leastNanos = Math.min(leastNanos, System.nanoTime() - before);
            fewestBytes =
                    Math.min(fewestBytes, THREADS.getCurrentThreadAllocatedBytes() - bytesBefore);
        }
        return new Cost(leastNanos / 1e3 / rounds, (double) fewestBytes / rounds);
    }

    private static void print(List<Row> rows) {
        System.out.printf(
                "%-32s | %21s | %21s | %s%n",
                "per transfer", "kernel", "linuxfs", "linuxfs/kernel");
        for (Row row : rows) {
            Cost kernel = row.kernel();
            Cost linuxfs = row.linuxfs();
            System.out.printf(
                    "%-32s | %21s | %21s | %s%n",
                    row.operation(),
                    words(kernel),
                    words(linuxfs),
                    kernel == null || linuxfs == null
                            ? "-"
                            : String.format(
                                    Locale.ROOT, "%.1f x", linuxfs.micros() / kernel.micros()));
        }
    }

    private static String words(@Nullable Cost cost) {
        return cost == null
                ? "-"
                : String.format(Locale.ROOT, "%.1f us, %.0f B", cost.micros(), cost.bytes());
    }

    /**
     * Pi4J's own output, which {@link LinuxfsBoard} replaces: what becomes of it on this kernel.
     */
    private String pluginsOutput() {
        String gpio = "/sys/class/gpio";
        Context context =
                Pi4J.newContextBuilder()
                        .noAutoDetect()
                        .add(LinuxFsDigitalOutputProvider.newInstance(gpio))
                        .build();
        try {
            DigitalOutput line =
                    context.create(
                            DigitalOutput.newConfigBuilder(context)
                                    .id("plugin")
                                    .address(base(Path.of(gpio)) + output)
                                    .initial(DigitalState.LOW)
                                    .build());
            return "Pi4J's own initialise here (" + line.id() + ")";
        } catch (RuntimeException | IOException e) {
            Throwable last = e;
            while (last.getCause() != null) {
                last = last.getCause();
            }
            return "Pi4J's own do not initialise on this kernel ("
                    + last
                    + "); measured above are pipit's, which board 'linuxfs' has instead";
        } finally {
            context.shutdown();
        }
    }

    private static int base(Path gpioClass) throws IOException {
        try (var chips = Files.newDirectoryStream(gpioClass, "gpiochip*")) {
            for (Path chip : chips) {
                if (Files.readString(chip.resolve("label")).startsWith("pinctrl-")) {
                    return Integer.parseInt(Files.readString(chip.resolve("base")).strip());
                }
            }
        }
        return 0;
    }
}
