package dev.pipit.board.simulated;

import dev.pipit.driver.TimedInput.LevelSink;
import org.jspecify.annotations.Nullable;

/** One pin that somebody has claimed. Guarded by its {@link Pins}. */
final class SimulatedPin {
    enum Kind {
        INPUT,
        OUTPUT,
        PWM
    }

    final int number;
    final String id;
    final Kind kind;

    /** Input: the level that a press means. */
    final boolean pressedLevel;

    boolean high;
    int permille;
    @Nullable LevelSink sink;

    SimulatedPin(int number, String id, Kind kind, boolean pressedLevel) {
        this.number = number;
        this.id = id;
        this.kind = kind;
        this.pressedLevel = pressedLevel;
    }

    String value() {
        if (kind == Kind.PWM) {
            int tenth = permille % 10;
            return permille / 10 + (tenth == 0 ? "" : "." + tenth) + "%";
        }
        return high ? "1" : "0";
    }
}
