package dev.pipit.board.kernel;

import com.pi4j.context.Context;
import com.pi4j.exception.Pi4JException;
import com.pi4j.io.exception.IOException;
import com.pi4j.io.pwm.Pwm;
import com.pi4j.io.pwm.PwmBase;
import com.pi4j.io.pwm.PwmConfig;
import com.pi4j.io.pwm.PwmProvider;
import com.pi4j.io.pwm.PwmProviderBase;
import dev.pipit.board.PwmPins;
import dev.pipit.driver.FinePwm;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One channel of the kernel's PWM class, in nanoseconds. A new duty is one write; the signal never
 * stops for it. Documentation/driver-api/pwm.rst.
 */
final class KernelPwm extends PwmBase implements FinePwm {
    /** After export, udev still has to hand the files to a group. */
    private static final int PATIENCE_MS = 2_000;

    private final Path chip;
    private final int channel;
    private final Path directory;
    private final long periodNanos;
    private final byte[] digits = new byte[20];
    private final RandomAccessFile duty;
    private int permille;

    private KernelPwm(
            PwmProvider provider, PwmConfig config, Path pwmClass, PwmPins.Channel at, int permille)
            throws java.io.IOException {
        super(provider, config);
        chip = pwmClass.resolve("pwmchip" + at.chip());
        channel = at.channel();
        directory = chip.resolve("pwm" + channel);
        periodNanos = 1_000_000_000L / config.frequency();
        frequency = config.frequency();
        export();
        // The kernel refuses a period below the duty that stands, and any duty without a period: a
        // channel that runs already is not interrupted unless it must be.
        if (Long.parseLong(read("duty_cycle")) > periodNanos) {
            write("duty_cycle", 0);
        }
        write("period", periodNanos);
        write("duty_cycle", nanos(permille));
        write("enable", 1);
        duty = new RandomAccessFile(directory.resolve("duty_cycle").toFile(), "rw");
        this.permille = permille;
        onState = permille > 0;
        dutyCycle = (permille + 5) / 10;
    }

    static final class Provider extends PwmProviderBase {
        private final Path pwmClass;

        Provider(Path pwmClass) {
            super("kernel-pwm");
            this.pwmClass = pwmClass;
        }

        @Override
        public Pwm create(PwmConfig config) {
            Integer initial = config.initialValue();
            return create(config, initial == null ? 0 : initial * 10);
        }

        Pwm create(PwmConfig config, int permille) {
            PwmPins.Channel channel = PwmPins.find(pwmClass, config.address());
            try {
                KernelPwm pwm = new KernelPwm(this, config, pwmClass, channel, permille);
                context.registry().add(pwm);
                return pwm;
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
        Path file = directory.resolve("enable");
        long end = System.nanoTime() + PATIENCE_MS * 1_000_000L;
        while (!Files.isWritable(file) && System.nanoTime() - end < 0) {
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void write(String file, long value) throws java.io.IOException {
        Files.writeString(directory.resolve(file), Long.toString(value));
    }

    private long nanos(int permille) {
        return periodNanos * permille / 1_000;
    }

    @Override
    public Pwm initialize(Context context) {
        return this; // Everything stands since the constructor: there is no moment without a value.
    }

    @Override
    public synchronized void dutyPermille(int permille) {
        int at = digits.length;
        digits[--at] = '\n';
        long rest = nanos(permille);
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
        this.permille = permille;
        onState = permille > 0;
        dutyCycle = (permille + 5) / 10;
    }

    @Override
    public synchronized int dutyPermille() {
        try {
            long nanos = Long.parseLong(read("duty_cycle"));
            // The hardware rounds to its clock: what was asked for, if that is what stands.
            return Math.abs(nanos - nanos(permille)) <= periodNanos / 500
                    ? permille
                    : Math.clamp(nanos * 1_000 / periodNanos, 0, 1_000);
        } catch (java.io.IOException | NumberFormatException e) {
            throw new IOException(directory + "/duty_cycle: " + e, e);
        }
    }

    private String read(String file) throws java.io.IOException {
        return Files.readString(directory.resolve(file), StandardCharsets.US_ASCII).strip();
    }

    @Override
    public Pwm on() {
        dutyPermille(dutyCycle * 10);
        return this;
    }

    @Override
    public Pwm off() {
        dutyPermille(0);
        return this;
    }

    /**
     * Leaves the channel exported and running: an unexported one stops, whatever its safe value.
     */
    @Override
    public Pwm shutdown(Context context) {
        try {
            duty.close();
        } catch (java.io.IOException e) {
            // Nothing is left to do about it.
        }
        return this;
    }
}
