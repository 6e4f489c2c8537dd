package dev.pipit.driver.gpio;

import com.pi4j.exception.Pi4JException;
import com.pi4j.io.pwm.Pwm;
import dev.pipit.driver.ActuatorDriver;
import dev.pipit.driver.ActuatorType;
import dev.pipit.driver.Errno;
import dev.pipit.driver.Fault;
import dev.pipit.driver.FinePwm;
import dev.pipit.driver.Option;
import dev.pipit.driver.Options;
import dev.pipit.driver.ValueKind;
import dev.pipit.driver.Wiring;
import dev.pipit.driver.Wiring.PwmLine;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A pin whose mean level is set between 0 and 100 %: fan, lamp, heater. */
public final class PwmType implements ActuatorType {
    private static final List<Option> OPTIONS =
            List.of(
                    Option.whole(
                            "frequency",
                            "switching frequency in hertz: 25000 for four-wire fans",
                            1_000,
                            1,
                            1_000_000));

    private static final ValueKind PERCENT_IN_TENTHS =
            new ValueKind.Level("%", new BigDecimal("0.1"), 0, 1_000);

    @Override
    public String name() {
        return "pwm";
    }

    @Override
    public String summary() {
        return "a pin with pulse-width modulation, 0 to 100 %: fan, lamp, heater";
    }

    @Override
    public List<Option> options() {
        return OPTIONS;
    }

    @Override
    public ValueKind values(Options options) {
        return PERCENT_IN_TENTHS;
    }

    @Override
    public ActuatorDriver create(Wiring wiring, String id, int pin, Options options, long initial) {
        int hertz = Math.toIntExact(options.whole("frequency"));
        return new Driver(
                wiring, wiring.pwm(new PwmLine(id, pin, hertz, Math.toIntExact(initial))));
    }

    private record Driver(Wiring wiring, Pwm pwm) implements ActuatorDriver {
        @Override
        public @Nullable Fault write(long permille) {
            try {
                if (pwm instanceof FinePwm fine) {
                    fine.dutyPermille((int) permille);
                } else {
                    // Pi4J's own providers know whole percents only, and 0 only as off.
                    pwm.on((int) (permille + 5) / 10);
                }
                return null;
            } catch (Pi4JException e) {
                return Errno.fault(e);
            }
        }

        @Override
        public long readBack() {
            try {
                if (pwm instanceof FinePwm fine) {
                    return fine.dutyPermille();
                }
                return pwm.isOn() ? pwm.dutyCycle() * 10L : 0;
            } catch (Pi4JException e) {
                return UNKNOWN;
            }
        }

        @Override
        public void close() {
            wiring.release(pwm);
        }
    }
}
