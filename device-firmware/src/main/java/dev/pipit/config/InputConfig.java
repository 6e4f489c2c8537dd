package dev.pipit.config;

import dev.pipit.driver.Wiring.Pull;
import java.time.Duration;

/**
 * One digital input whose edges are events.
 *
 * @param pin BCM number
 * @param activeLow whether a low level means pressed
 * @param debounce how long a level must stand to count
 * @param kind what its edges mean
 */
public record InputConfig(
        String name, int pin, Pull pull, boolean activeLow, Duration debounce, Kind kind) {
    /** A push button with the usual times. */
    public InputConfig(String name, int pin, Pull pull, boolean activeLow, Duration debounce) {
        this(name, pin, pull, activeLow, debounce, Kind.Button.USUAL);
    }

    /** What an input's edges mean. */
    public sealed interface Kind {
        /**
         * A push button or a switch.
         *
         * @param clickGap how long after a release another press still belongs to the same gesture
         * @param hold how long a press must last to be a hold
         */
        record Button(Duration clickGap, Duration hold) implements Kind {
            static final Button USUAL = new Button(Duration.ofMillis(300), Duration.ofMillis(800));
        }

        /**
         * One contact of a rotary encoder; the other is on {@code pinB}.
         *
         * @param stepsPerDetent 1, 2 or 4
         */
        record Encoder(int pinB, int stepsPerDetent) implements Kind {}

        /**
         * A meter's pulses.
         *
         * @param shortest how long a pulse must last to count
         * @param report how often a total that has grown is told
         */
        record Counter(Duration shortest, Duration report) implements Kind {}
    }
}
