package dev.pipit.driver.gpio;

import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalState;
import dev.pipit.driver.Wiring;
import dev.pipit.driver.Wiring.OutputLine;

/**
 * One line of an actuator that has several, off when it is claimed and off when nobody is there.
 * Throws {@link com.pi4j.exception.Pi4JException} where the hardware refuses.
 */
final class SwitchedLine {
    private final Wiring wiring;
    private final DigitalOutput output;
    private final boolean activeLow;
    private boolean on;

    /** Whether the hardware took what it was told last. */
    private boolean sure = true;

    SwitchedLine(Wiring wiring, String id, int pin, boolean activeLow) {
        this.wiring = wiring;
        this.activeLow = activeLow;
        output = wiring.output(new OutputLine(id, pin, activeLow));
    }

    /** Switches it, unless it is so already. */
    void set(boolean next) {
        if (next != on || !sure || !faithful()) {
            sure = false;
            output.state(next != activeLow ? DigitalState.HIGH : DigitalState.LOW);
            on = next;
            sure = true;
        }
    }

    boolean on() {
        return on;
    }

    /** Whether the hardware has what it was told, as far as it can say. */
    boolean faithful() {
        DigitalState state = output.state();
        return state == DigitalState.UNKNOWN || (state.isHigh() != activeLow) == on;
    }

    void release() {
        wiring.release(output);
    }
}
