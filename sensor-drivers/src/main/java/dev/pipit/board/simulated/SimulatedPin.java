package dev.pipit.board.simulated;

import dev.pipit.driver.TimedInput.LevelSink;
import java.math.BigDecimal;
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

    /** Output: whether it stays as it is, whatever it is told. */
    boolean stuck;

    long periodNanos = 1;
    long dutyNanos;
    @Nullable LevelSink sink;

    SimulatedPin(int number, String id, Kind kind, boolean pressedLevel) {
        this.number = number;
        this.id = id;
        this.kind = kind;
        this.pressedLevel = pressedLevel;
    }

    int permille() {
        return (int) ((dutyNanos * 1_000 + periodNanos / 2) / periodNanos);
    }

    /** A level, or a duty in percent to the hundredth. */
    String value() {
        if (kind == Kind.PWM) {
            long hundredths = (dutyNanos * 10_000 + periodNanos / 2) / periodNanos;
            return BigDecimal.valueOf(hundredths, 2).stripTrailingZeros().toPlainString() + "%";
        }
        return high ? "1" : "0";
    }
}
