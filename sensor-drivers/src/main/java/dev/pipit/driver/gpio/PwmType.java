package dev.pipit.driver.gpio;

import com.pi4j.exception.Pi4JException;
import dev.pipit.driver.ActuatorDriver;
import dev.pipit.driver.ActuatorType;
import dev.pipit.driver.Errno;
import dev.pipit.driver.Fault;
import dev.pipit.driver.Option;
import dev.pipit.driver.Options;
import dev.pipit.driver.ValueKind;
import dev.pipit.driver.Wiring;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A pin whose mean level is set between 0 and 100 %: lamp, heater, motor. */
public final class PwmType implements ActuatorType {
    private static final List<Option> OPTIONS =
            List.of(
                    Option.whole(
                            "frequency",
                            "switching frequency in hertz: 25000 for four-wire fans",
                            1_000,
                            1,
                            1_000_000),
                    Option.choice(
                            "unit",
                            "how values are written: the duty in percent to the tenth, or the length of each pulse in"
                                    + " whole nanoseconds",
                            "percent",
                            "percent",
                            "nanoseconds"),
                    Option.choice(
                            "active",
                            "the level that counts as on: low for a transistor that inverts",
                            "high",
                            "high",
                            "low"));

    @Override
    public String name() {
        return "pwm";
    }

    @Override
    public String summary() {
        return "a pin with pulse-width modulation, 0 to 100 %: lamp, heater, motor";
    }

    @Override
    public List<Option> options() {
        return OPTIONS;
    }

    @Override
    public boolean pulses() {
        return true;
    }

    private static boolean nanoseconds(Options options) {
        return options.text("unit").equals("nanoseconds");
    }

    private static long periodNanos(Options options) {
        return 1_000_000_000L / options.whole("frequency");
    }

    @Override
    public ValueKind values(Options options) {
        return nanoseconds(options)
                ? new ValueKind.Level("ns", BigDecimal.ONE, 0, periodNanos(options))
                : new ValueKind.Level("%", new BigDecimal("0.1"), 0, 1_000);
    }

    @Override
    public ActuatorDriver create(Wiring wiring, String id, int pin, Options options, long initial) {
        int hertz = Math.toIntExact(options.whole("frequency"));
        long period = periodNanos(options);
        long most = nanoseconds(options) ? period : 1_000;
        boolean inverted = options.text("active").equals("low");
        long first = inverted ? period - period * initial / most : period * initial / most;
        return new Driver(PulseOutput.claim(wiring, id, pin, hertz, first), most, period, inverted);
    }

    /**
     * @param most the value that stands for the whole period
     */
    private record Driver(PulseOutput output, long most, long period, boolean inverted)
            implements ActuatorDriver {
        @Override
        public @Nullable Fault write(long value) {
            long on = period * value / most;
            try {
                output.nanos(inverted ? period - on : on);
                return null;
            } catch (Pi4JException e) {
                return Errno.fault(e);
            }
        }

        @Override
        public long readBack() {
            try {
                long nanos = output.nanos();
                long on = inverted ? period - nanos : nanos;
                return (on * most + period / 2) / period;
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
