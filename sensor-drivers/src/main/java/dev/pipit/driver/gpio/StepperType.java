package dev.pipit.driver.gpio;

import com.pi4j.exception.Pi4JException;
import dev.pipit.driver.ActuatorDriver;
import dev.pipit.driver.ActuatorType;
import dev.pipit.driver.Errno;
import dev.pipit.driver.Fault;
import dev.pipit.driver.Option;
import dev.pipit.driver.Options;
import dev.pipit.driver.TimedActuator;
import dev.pipit.driver.ValueKind;
import dev.pipit.driver.ValueKind.Position;
import dev.pipit.driver.Wiring;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/**
 * A stepper motor behind a four-line driver, such as a 28BYJ-48 on a ULN2003.
 *
 * <pre>
 *          full steps, two coils    half steps
 *   in1    1 . . 1                  1 1 . . . . . 1
 *   in2    1 1 . .                  . 1 1 1 . . . .
 *   in3    . 1 1 .                  . . . 1 1 1 . .
 *   in4    . . 1 1                  . . . . . 1 1 1
 * </pre>
 *
 * Positions are steps from where it stood at the start. Released, it has no current and may slip.
 */
public final class StepperType implements ActuatorType {
    private static final long NS_PER_MS = 1_000_000;
    private static final long NS_PER_S = 1_000_000_000L;
    private static final int[] FULL = {0b0011, 0b0110, 0b1100, 0b1001};
    private static final int[] HALF = {
        0b0001, 0b0011, 0b0010, 0b0110, 0b0100, 0b1100, 0b1000, 0b1001
    };

    private static final List<Option> OPTIONS =
            List.of(
                    Option.pin("in1-pin", "BCM number of the driver's first input"),
                    Option.pin("in2-pin", "BCM number of the second"),
                    Option.pin("in3-pin", "BCM number of the third"),
                    Option.pin("in4-pin", "BCM number of the fourth"),
                    Option.choice("step", "how it steps", "half", "half", "full"),
                    Option.whole("speed", "steps a second at most", 200, 1, 500),
                    Option.whole(
                            "travel",
                            "steps to either side of where it stood at the start",
                            1_000_000,
                            1,
                            1_000_000_000),
                    Option.millis(
                            "release",
                            "time after its last step from which it gets no current; 0s: it always does",
                            "500ms",
                            0,
                            3_600_000));

    @Override
    public String name() {
        return "stepper";
    }

    @Override
    public String summary() {
        return "a stepper motor on four pins: a position in steps, or release";
    }

    @Override
    public List<Option> options() {
        return OPTIONS;
    }

    @Override
    public boolean onePin() {
        return false;
    }

    @Override
    public ValueKind values(Options options) {
        long travel = options.whole("travel");
        return new Position(
                new ValueKind.Level("steps", BigDecimal.ONE, -travel, travel), "release", Map.of());
    }

    @Override
    public ActuatorDriver create(Wiring wiring, String id, int pin, Options options, long initial) {
        SwitchedLine[] lines = new SwitchedLine[4];
        for (int i = 0; i < lines.length; i++) {
            String name = "in" + (i + 1);
            int line = Math.toIntExact(options.whole(name + "-pin"));
            lines[i] = new SwitchedLine(wiring, id + "-" + name, line, false);
        }
        return new Driver(
                lines,
                options.text("step").equals("half") ? HALF : FULL,
                NS_PER_S / options.whole("speed"),
                options.millis("release") * NS_PER_MS);
    }

    private static final class Driver implements TimedActuator {
        private final SwitchedLine[] lines;
        private final int[] pattern;
        private final long stepNs;
        private final long releaseNs;
        private long told = Position.REST;
        private boolean fresh;
        private long position;
        private boolean powered;
        private long lastNs = Long.MIN_VALUE / 2;
        private long nextNs = NEVER;

        Driver(SwitchedLine[] lines, int[] pattern, long stepNs, long releaseNs) {
            this.lines = lines;
            this.pattern = pattern;
            this.stepNs = stepNs;
            this.releaseNs = releaseNs;
        }

        @Override
        public @Nullable Fault write(long value) {
            told = value;
            fresh = true;
            return null;
        }

        @Override
        public @Nullable Fault advance(long nowNs) {
            if (nowNs < nextNs()) {
                return null;
            }
            try {
                turn(nowNs);
                return null;
            } catch (Pi4JException e) {
                release();
                return Errno.fault(e);
            }
        }

        private void turn(long nowNs) {
            fresh = false;
            if (told == Position.REST) {
                coils(0);
                powered = false;
                nextNs = NEVER;
                return;
            }
            if (position != told && nowNs - lastNs >= stepNs) {
                // One step at a time, however late it is: a burst would lose steps.
                long next = position + Long.signum(told - position);
                coils(pattern[Math.floorMod(next, pattern.length)]);
                position = next;
                powered = true;
                lastNs = nowNs;
            }
            if (position != told) {
                nextNs = lastNs + stepNs;
            } else if (powered && releaseNs > 0 && nowNs - lastNs >= releaseNs) {
                coils(0);
                powered = false;
                nextNs = NEVER;
            } else {
                nextNs = powered && releaseNs > 0 ? lastNs + releaseNs : NEVER;
            }
        }

        private void coils(int bits) {
            for (int i = 0; i < lines.length; i++) {
                lines[i].set((bits & 1 << i) != 0);
            }
        }

        /** No current, as far as the lines can be told. */
        private void release() {
            told = Position.REST;
            powered = false;
            nextNs = NEVER;
            for (SwitchedLine line : lines) {
                try {
                    line.set(false);
                } catch (Pi4JException e) {
                    Logger.warn("a coil cannot be switched off; tried again with the safe value");
                }
            }
        }

        @Override
        public long nextNs() {
            return fresh ? Long.MIN_VALUE : nextNs;
        }

        @Override
        public boolean moving() {
            return told != Position.REST && position != told;
        }

        @Override
        public boolean resting() {
            return !fresh && !moving() && !powered;
        }

        @Override
        public long shown() {
            return position;
        }

        @Override
        public long readBack() {
            try {
                for (SwitchedLine line : lines) {
                    if (!line.faithful()) {
                        return Position.UNKNOWN;
                    }
                }
                return told;
            } catch (Pi4JException e) {
                return UNKNOWN;
            }
        }

        @Override
        public void close() {
            release();
            for (SwitchedLine line : lines) {
                line.release();
            }
        }
    }
}
