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
import dev.pipit.driver.Wiring;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A fan that turns slowly once it turns, but does not start slowly.
 *
 * <pre>
 *   duty   start |  ___
 *                |     |__________   asked for
 *              0 |__|
 *                   |<->| kick
 * </pre>
 */
public final class FanType implements ActuatorType {
    private static final ValueKind PERCENT_IN_TENTHS =
            new ValueKind.Level("%", new BigDecimal("0.1"), 0, 1_000);

    private static final List<Option> OPTIONS =
            List.of(
                    Option.whole(
                            "frequency",
                            "switching frequency in hertz: 25000 for four-wire fans",
                            25_000,
                            1,
                            1_000_000),
                    Option.whole("start", "percent at which it surely starts", 40, 1, 100),
                    Option.millis(
                            "kick",
                            "how long it gets that much when it starts at less",
                            "500ms",
                            0,
                            60_000));

    @Override
    public String name() {
        return "fan";
    }

    @Override
    public String summary() {
        return "a fan with pulse-width modulation that needs a kick to start slowly";
    }

    @Override
    public List<Option> options() {
        return OPTIONS;
    }

    @Override
    public boolean pulses() {
        return true;
    }

    @Override
    public ValueKind values(Options options) {
        return PERCENT_IN_TENTHS;
    }

    @Override
    public ActuatorDriver create(Wiring wiring, String id, int pin, Options options, long initial) {
        int hertz = Math.toIntExact(options.whole("frequency"));
        long period = 1_000_000_000L / hertz;
        return new Driver(
                PulseOutput.claim(wiring, id, pin, hertz, period * initial / 1_000),
                period,
                options.whole("start") * 10,
                options.millis("kick") * 1_000_000L,
                initial);
    }

    private static final class Driver implements TimedActuator {
        private final PulseOutput output;
        private final long period;
        private final long start;
        private final long kickNs;
        private long told;

        /** What the pin has, in thousandths. */
        private long duty;

        private boolean fresh;
        private long kickEndNs = NEVER;

        Driver(PulseOutput output, long period, long start, long kickNs, long initial) {
            this.output = output;
            this.period = period;
            this.start = start;
            this.kickNs = kickNs;
            told = initial;
            duty = initial;
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
            boolean starts = fresh && duty == 0 && told > 0 && told < start && kickNs > 0;
            boolean kicked = kickEndNs != NEVER && nowNs < kickEndNs && told > 0;
            long next = starts || kicked ? Math.max(start, told) : told;
            try {
                output.nanos(period * next / 1_000);
            } catch (Pi4JException e) {
                return Errno.fault(e);
            }
            fresh = false;
            duty = next;
            if (starts) {
                kickEndNs = nowNs + kickNs;
            } else if (!kicked) {
                kickEndNs = NEVER;
            }
            return null;
        }

        @Override
        public long nextNs() {
            return fresh ? Long.MIN_VALUE : kickEndNs;
        }

        @Override
        public boolean moving() {
            return false;
        }

        @Override
        public boolean resting() {
            return duty == 0;
        }

        @Override
        public long shown() {
            return told;
        }

        @Override
        public long readBack() {
            try {
                long nanos = output.nanos();
                return nanos == period * duty / 1_000
                        ? told
                        : (nanos * 1_000 + period / 2) / period;
            } catch (Pi4JException e) {
                return UNKNOWN;
            }
        }

        @Override
        public void close() {
            output.release();
        }
    }
}
