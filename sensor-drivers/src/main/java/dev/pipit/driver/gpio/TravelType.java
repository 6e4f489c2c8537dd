package dev.pipit.driver.gpio;

import com.pi4j.io.gpio.digital.DigitalInput;
import dev.pipit.driver.ActuatorDriver;
import dev.pipit.driver.ActuatorType;
import dev.pipit.driver.Option;
import dev.pipit.driver.Options;
import dev.pipit.driver.ValueKind;
import dev.pipit.driver.ValueKind.Position;
import dev.pipit.driver.Wiring;
import dev.pipit.driver.Wiring.InputLine;
import dev.pipit.driver.Wiring.Pull;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something with a motor that opens on one relay and closes on another: a cover or a valve. How far
 * it is open is the time that it has run, put right at either end.
 */
abstract sealed class TravelType implements ActuatorType permits CoverType, ValveType {
    private static final long NS_PER_MS = 1_000_000;

    private static final ValueKind PLACES =
            new Position(
                    new ValueKind.Level("%", new BigDecimal("0.1"), 0, Travel.OPEN),
                    "stop",
                    Map.of("open", Travel.OPEN, "close", 0L, "closed", 0L));

    private static final List<Option> OPTIONS =
            List.of(
                    Option.pin("open-pin", "BCM number of the relay that opens"),
                    Option.pin("close-pin", "BCM number of the relay that closes"),
                    Option.choice(
                            "active", "the level that switches a relay on", "high", "high", "low"),
                    time("open-time", "how long it takes from closed to open"),
                    time("close-time", "how long it takes from open to closed"),
                    Option.millis(
                            "overrun",
                            "how much longer it is driven towards an end, so that it surely gets there",
                            "2s",
                            0,
                            60_000),
                    Option.millis("pause", "rest between two directions", "500ms", 0, 60_000),
                    Option.optionalPin(
                            "open-end-pin",
                            "BCM number of a switch that is active when it is open"),
                    Option.optionalPin(
                            "closed-end-pin",
                            "BCM number of a switch that is active when it is closed"),
                    Option.choice(
                            "end-active",
                            "the level that says an end is reached: low for switches to ground, which get a pull-up",
                            "low",
                            "high",
                            "low"));

    private static Option time(String name, String summary) {
        return new Option(name, summary, new Option.Kind.Millis(100, 3_600_000), null);
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
        return PLACES;
    }

    @Override
    public ActuatorDriver create(Wiring wiring, String id, int pin, Options options, long initial) {
        boolean activeLow = options.text("active").equals("low");
        Travel.Times times =
                new Travel.Times(
                        options.millis("open-time") * NS_PER_MS,
                        options.millis("close-time") * NS_PER_MS,
                        options.millis("overrun") * NS_PER_MS,
                        options.millis("pause") * NS_PER_MS);
        SwitchedLine open = line(wiring, id + "-open", options, "open-pin", activeLow);
        SwitchedLine close = line(wiring, id + "-close", options, "close-pin", activeLow);
        return new Travel(
                open,
                close,
                times,
                end(wiring, id, options, "open-end-pin"),
                end(wiring, id, options, "closed-end-pin"));
    }

    private static SwitchedLine line(
            Wiring wiring, String id, Options options, String pin, boolean activeLow) {
        return new SwitchedLine(wiring, id, Math.toIntExact(options.whole(pin)), activeLow);
    }

    private static Travel.@Nullable End end(Wiring wiring, String id, Options options, String pin) {
        if (!options.has(pin)) {
            return null;
        }
        boolean activeLow = options.text("end-active").equals("low");
        DigitalInput input =
                wiring.input(
                        new InputLine(
                                id + pin.substring(0, pin.indexOf('-')),
                                Math.toIntExact(options.whole(pin)),
                                activeLow ? Pull.UP : Pull.DOWN,
                                activeLow,
                                0));
        return new Travel.End() {
            @Override
            public boolean reached() {
                return input.isHigh() != activeLow;
            }

            @Override
            public void release() {
                wiring.release(input);
            }
        };
    }
}
