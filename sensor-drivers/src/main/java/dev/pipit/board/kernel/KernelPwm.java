package dev.pipit.board.kernel;

import com.pi4j.context.Context;
import com.pi4j.exception.Pi4JException;
import com.pi4j.io.exception.IOException;
import com.pi4j.io.pwm.Pwm;
import com.pi4j.io.pwm.PwmConfig;
import com.pi4j.io.pwm.PwmProvider;
import dev.pipit.board.ExportedFile;
import dev.pipit.board.NanosPwm;
import dev.pipit.board.PwmPins;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tinylog.Logger;

/**
 * One channel of the kernel's PWM class, in nanoseconds. A new duty is one write; the signal never
 * stops for it. Documentation/driver-api/pwm.rst.
 */
final class KernelPwm extends NanosPwm {
    /** Some ticks of the slowest clock that a Pi gives its PWM. */
    private static final long NEAR_NANOS = 1_000;

    private final Path chip;
    private final int channel;
    private final Path directory;
    private final byte[] digits = new byte[20];
    private final RandomAccessFile duty;
    private long asked;

    private KernelPwm(
            PwmProvider provider, PwmConfig config, Path pwmClass, PwmPins.Channel at, long nanos)
            throws java.io.IOException {
        super(provider, config);
        chip = pwmClass.resolve("pwmchip" + at.chip());
        channel = at.channel();
        directory = chip.resolve("pwm" + channel);
        export();
        // The kernel refuses a period below the duty that stands, and any duty without a period: a
        // channel that runs already is not interrupted unless it must be.
        if (Long.parseLong(read("duty_cycle")) > periodNanos()) {
            write("duty_cycle", 0);
        }
        write("period", periodNanos());
        write("duty_cycle", nanos);
        write("enable", 1);
        duty = new RandomAccessFile(directory.resolve("duty_cycle").toFile(), "rw");
        asked = nanos;
    }

    static final class Provider extends NanosPwm.Provider {
        private final Path pwmClass;

        Provider(Path pwmClass) {
            super("kernel-pwm");
            this.pwmClass = pwmClass;
        }

        @Override
        protected NanosPwm open(PwmConfig config, long nanos) {
            PwmPins.Channel channel = PwmPins.find(pwmClass, config.address());
            try {
                return new KernelPwm(this, config, pwmClass, channel, nanos);
            } catch (java.io.IOException | NumberFormatException e) {
                throw new Pi4JException(
                        pwmClass
                                + "/pwmchip"
                                + channel.chip()
                                + " channel "
                                + channel.channel()
                                + " cannot be set up: "
                                + e
                                + "; pipit's udev rules give its files to the group gpio",
                        e);
            }
        }
    }

    private void export() throws java.io.IOException {
        if (!Files.exists(directory)) {
            Files.writeString(chip.resolve("export"), Integer.toString(channel));
        }
        ExportedFile.await(directory.resolve("enable"));
    }

    private void write(String file, long value) throws java.io.IOException {
        Files.writeString(directory.resolve(file), Long.toString(value));
    }

    @Override
    protected void drive(long nanos) {
        int at = digits.length;
        digits[--at] = '\n';
        long rest = nanos;
        do {
            digits[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest > 0);
        try {
            duty.seek(0);
            duty.write(digits, at, digits.length - at);
        } catch (java.io.IOException e) {
            throw new IOException(directory + "/duty_cycle: " + e, e);
        }
        asked = nanos;
    }

    @Override
    public synchronized long dutyNanos() {
        try {
            long nanos = Long.parseLong(read("duty_cycle"));
            // The hardware rounds to its clock: what was asked for, if that is what stands.
            long near = Math.min(periodNanos() / 500, NEAR_NANOS);
            return Math.abs(nanos - asked) <= near ? asked : nanos;
        } catch (java.io.IOException | NumberFormatException e) {
            throw new IOException(directory + "/duty_cycle: " + e, e);
        }
    }

    private String read(String file) throws java.io.IOException {
        return Files.readString(directory.resolve(file), StandardCharsets.US_ASCII).strip();
    }

    /**
     * A channel at 0 is switched off and given back. One whose safe value is not 0 stays exported
     * and running: an unexported one stops.
     */
    @Override
    public synchronized Pwm shutdown(Context context) {
        try {
            duty.close();
            if (asked == 0) {
                write("enable", 0);
                Files.writeString(chip.resolve("unexport"), Integer.toString(channel));
            }
        } catch (java.io.IOException e) {
            Logger.warn("{}: could not be given back: {}", directory, e.toString());
        }
        return this;
    }
}
