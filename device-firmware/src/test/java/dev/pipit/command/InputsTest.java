package dev.pipit.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class InputsTest {
    private static final long MS = 1_000_000;

    private final List<String> heard = new ArrayList<>();
    private final Gestures button =
            new Gestures(
                    300 * MS,
                    800 * MS,
                    (kind, count, atNs) ->
                            heard.add(
                                    atNs / MS
                                            + " "
                                            + kind.name().toLowerCase(java.util.Locale.ROOT)
                                            + (count == 1 ? "" : " " + count)));

    @Test
    void aShortPressIsAClickOnceNoOtherFollows() {
        button.edge(true, 0);
        button.edge(false, 100 * MS);
        assertThat(button.nextDeadlineNs()).isEqualTo(400 * MS);
        button.advance(399 * MS);
        assertThat(heard).containsExactly("0 press", "100 release");
        button.advance(400 * MS);
        assertThat(heard).endsWith("400 click");
        assertThat(button.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void clicksAreCountedUntilThePauseAfterThem() {
        for (int i = 0; i < 3; i++) {
            button.edge(true, i * 200L * MS);
            button.edge(false, (i * 200L + 100) * MS);
        }
        button.advance(2_000 * MS);
        assertThat(heard).endsWith("800 click 3").hasSize(7);
    }

    @Test
    void aLongPressIsAHoldAndNoClick() {
        button.edge(true, 0);
        button.advance(800 * MS);
        button.edge(false, 3_000 * MS);
        button.advance(9_000 * MS);
        assertThat(heard).containsExactly("0 press", "800 hold", "3000 release");
    }

    @Test
    void aHoldThatWasNotLookedAtInTimeIsStillAHold() {
        button.edge(true, 0);
        button.edge(false, 900 * MS);
        button.advance(2_000 * MS);
        assertThat(heard).containsExactly("0 press", "800 hold", "900 release");
    }

    @Test
    void anEncoderCountsDetentsBothWaysAndBounceCancels() {
        RotaryEncoder encoder = new RotaryEncoder(4, false, false);
        assertThat(turn(encoder, "10 11 01 00")).isEqualTo(1);
        assertThat(turn(encoder, "01 11 10 00")).isEqualTo(-1);
        assertThat(turn(encoder, "10 00 10 11 10 11 01 00")).isEqualTo(1);
        assertThat(encoder.position()).isEqualTo(1);
        assertThat(turn(encoder, "11")).isZero();
        assertThat(encoder.errors()).isEqualTo(1);
    }

    private static int turn(RotaryEncoder encoder, String levels) {
        int moved = 0;
        for (String level : levels.split(" ")) {
            moved += encoder.levels(level.charAt(0) == '1', level.charAt(1) == '1');
        }
        return moved;
    }

    @Test
    void aPulseCountsAtItsEndIfItWasLongEnough() {
        PulseCounter meter = new PulseCounter(5 * MS, 100);
        assertThat(meter.edge(true, 0)).isFalse();
        assertThat(meter.edge(false, 5 * MS)).isTrue();
        meter.edge(true, 10 * MS);
        assertThat(meter.edge(false, 15 * MS - 1)).isFalse();
        assertThat(meter.edge(false, 20 * MS)).isFalse();
        assertThat(meter.total()).isEqualTo(101);
        assertThat(meter.glitches()).isEqualTo(1);
    }
}
