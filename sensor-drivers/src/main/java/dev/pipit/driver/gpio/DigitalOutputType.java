package dev.pipit.driver.gpio;

import com.pi4j.exception.Pi4JException;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalState;
import dev.pipit.driver.ActuatorDriver;
import dev.pipit.driver.ActuatorType;
import dev.pipit.driver.Errno;
import dev.pipit.driver.Fault;
import dev.pipit.driver.Option;
import dev.pipit.driver.Options;
import dev.pipit.driver.ValueKind;
import dev.pipit.driver.Wiring;
import dev.pipit.driver.Wiring.Bias;
import dev.pipit.driver.Wiring.Drive;
import dev.pipit.driver.Wiring.OutputLine;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A pin that switches something: relay, lamp, transistor. */
public final class DigitalOutputType implements ActuatorType {
    private static final List<Option> OPTIONS =
            List.of(
                    Option.choice(
                            "active",
                            "the level that means on: many relay boards switch on low",
                            "high",
                            "high",
                            "low"),
                    Option.choice(
                            "drive",
                            "which levels it drives; open-drain drives low only, open-source high"
                                    + " only",
                            "push-pull",
                            "push-pull",
                            "open-drain",
                            "open-source"),
                    Option.choice(
                            "pull",
                            "resistor inside the chip",
                            "as-is",
                            "as-is",
                            "none",
                            "up",
                            "down"));

    @Override
    public String name() {
        return "digital-output";
    }

    @Override
    public String summary() {
        return "a pin that is on or off: relay, lamp, transistor";
    }

    @Override
    public List<Option> options() {
        return OPTIONS;
    }

    @Override
    public ValueKind values(Options options) {
        return new ValueKind.Switch();
    }

    @Override
    public ActuatorDriver create(Wiring wiring, String id, int pin, Options options, long initial) {
        boolean activeLow = options.text("active").equals("low");
        DigitalOutput output =
                wiring.output(
                        new OutputLine(
                                id,
                                pin,
                                initial != 0 != activeLow,
                                Drive.valueOf(constant(options.text("drive"))),
                                Bias.valueOf(constant(options.text("pull")))));
        return new Driver(wiring, output, activeLow);
    }

    private static String constant(String word) {
        return word.replace('-', '_').toUpperCase(Locale.ROOT);
    }

    private record Driver(Wiring wiring, DigitalOutput output, boolean activeLow)
            implements ActuatorDriver {
        @Override
        public @Nullable Fault write(long value) {
            try {
                output.state(value != 0 != activeLow ? DigitalState.HIGH : DigitalState.LOW);
                return null;
            } catch (Pi4JException e) {
                return Errno.fault(e);
            }
        }

        @Override
        public long readBack() {
            try {
                DigitalState state = output.state();
                if (state == DigitalState.UNKNOWN) {
                    return UNKNOWN;
                }
                return state.isHigh() != activeLow ? 1 : 0;
            } catch (Pi4JException e) {
                return UNKNOWN;
            }
        }

        @Override
        public void close() {
            wiring.release(output);
        }
    }
}
