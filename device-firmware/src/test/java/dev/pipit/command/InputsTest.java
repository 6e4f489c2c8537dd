package dev.pipit.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class InputsTest {
    private static final long MS = 1_000_000;

    private final List<String> heard = new ArrayList<>();
    private long nowMs;
    private final Gestures button =
            new Gestures(
                    300 * MS,
                    800 * MS,
                    (kind, count, atNs) ->
                            heard.add(
                                    atNs / MS
                                            + " "
                                            + kind.name().toLowerCase(java.util.Locale.ROOT)
                                            + (kind == Gestures.Kind.PATTERN
                                                    ? " " + Gestures.words(count)
                                                    : count == 1 ? "" : " " + count)));

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

    private void press(long ms) {
        button.edge(true, nowMs * MS);
        pass(ms);
        button.edge(false, nowMs * MS);
    }

    private void pass(long ms) {
        nowMs += ms;
        button.advance(nowMs * MS);
    }

    @Test
    void shortAndLongPressesInARowAreAPattern() {
        press(100);
        pass(100);
        press(900);
        pass(1_000);
        assertThat(heard)
                .containsExactly(
                        "0 press",
                        "100 release",
                        "200 press",
                        "1000 hold",
                        "1100 release",
                        "1400 pattern short-long");
        heard.clear();
        nowMs = 3_000;
        press(900);
        press(50);
        press(50);
        pass(1_000);
        assertThat(heard).last().isEqualTo("4300 pattern long-short-short");
    }

    @Test
    void nineShortPressesAreNineClicksAndNineWithALongOneAreNothing() {
        for (int i = 0; i < 9; i++) {
            press(10);
        }
        pass(1_000);
        assertThat(heard).last().isEqualTo("390 click 9");
        heard.clear();
        nowMs = 3_000;
        press(900);
        for (int i = 0; i < 8; i++) {
            press(10);
        }
        pass(1_000);
        assertThat(heard).last().asString().endsWith("release");
    }

    @Test
    void patternsAreReadAndWrittenAsWords() {
        assertThat(Gestures.pattern("short-long")).isEqualTo(0b101);
        assertThat(Gestures.words(0b101)).isEqualTo("short-long");
        assertThat(Gestures.words(Gestures.pattern("long-long-short")))
                .isEqualTo("long-long-short");
        for (String none :
                new String[] {
                    "short-short",
                    "long",
                    "long-",
                    "long-medium",
                    "",
                    "long-long-long-long-long-long-long-long-long"
                }) {
            assertThat(Gestures.pattern(none)).as(none).isZero();
        }
        assertThat(Gestures.pattern("long-long-long-long-long-long-long-long")).isEqualTo(0x1FF);
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
