package dev.pipit.driver.gpio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pipit.driver.Fault;
import dev.pipit.driver.ValueKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A cover that opens within 10 s on pin 5 and closes within 8 s on pin 6; overrun 2 s. */
final class TravelTest {
    private static final Object[] USUAL = {
        "open-pin", 5L, "close-pin", 6L, "open-time", 10_000L, "close-time", 8_000L
    };

    private static ActuatorBench cover(Object... more) {
        List<Object> options = new ArrayList<>(List.of(USUAL));
        options.addAll(List.of(more));
        return new ActuatorBench(new CoverType(), -1, "stop", options.toArray());
    }

    @Test
    void bothRelaysAreOffAtTheStartAndItsPlaceIsUnknown() {
        ActuatorBench bench = cover();
        assertThat(bench.pins).containsExactly("pin 5 = 0 at 0", "pin 6 = 0 at 0");
        assertThat(bench.shown()).isEqualTo("unknown");
        assertThat(bench.timed().resting()).isTrue();
    }

    @Test
    void relaysThatSwitchOnLowDoNotClickAtTheStart() {
        ActuatorBench bench = cover("active", "low");
        assertThat(bench.pins).containsExactly("pin 5 = 1 at 0", "pin 6 = 1 at 0");
        bench.tell("open");
        assertThat(bench.pins).endsWith("pin 5 = 0 at 0");
        bench.driver.close();
        assertThat(bench.pins).endsWith("pin 5 = 1 at 0");
    }

    @Test
    void anEndIsReachedAfterTheTravelTimeAndTheOverrunAndThenItsPlaceIsKnown() {
        ActuatorBench bench = cover();
        bench.tell("close");
        assertThat(bench.timed().moving()).isTrue();
        bench.pass(9_999);
        assertThat(bench.world.high(6)).isTrue();
        assertThat(bench.shown()).isEqualTo("unknown");
        bench.pass(1);
        assertThat(bench.pins).endsWith("pin 6 = 1 at 0", "pin 6 = 0 at 10000");
        assertThat(bench.shown()).isEqualTo("0");
        assertThat(bench.timed().resting()).isTrue();
        assertThat(bench.timed().moving()).isFalse();
    }

    @Test
    void aKnownPlaceIsLeftForAnotherByTime() {
        ActuatorBench bench = closed();
        bench.tell("60");
        bench.pass(3_000);
        assertThat(bench.shown()).isEqualTo("30");
        bench.pass(30_000);
        assertThat(bench.pins).endsWith("pin 5 = 1 at 20000", "pin 5 = 0 at 26000");
        assertThat(bench.shown()).isEqualTo("60");
        bench.tell("35");
        bench.pass(30_000);
        // A quarter of the way at 8 s for the whole.
        assertThat(bench.pins).endsWith("pin 6 = 1 at 53000", "pin 6 = 0 at 55000");
        assertThat(bench.shown()).isEqualTo("35");
    }

    /** At 20 s, closed. */
    private static ActuatorBench closed() {
        ActuatorBench bench = cover();
        bench.tell("close");
        bench.pass(20_000);
        return bench;
    }

    @Test
    void anUnknownPlaceIsMadeKnownAtTheNearerEndFirst() {
        ActuatorBench bench = cover();
        bench.tell("25");
        bench.pass(60_000);
        assertThat(bench.pins.subList(2, bench.pins.size()))
                .containsExactly(
                        "pin 6 = 1 at 0",
                        "pin 6 = 0 at 10000",
                        "pin 5 = 1 at 10500",
                        "pin 5 = 0 at 13000");
        assertThat(bench.shown()).isEqualTo("25");
        ActuatorBench other = cover();
        other.tell("50");
        assertThat(other.world.high(5)).isTrue();
    }

    @Test
    void turningRoundTakesAPauseWithBothRelaysOff() {
        ActuatorBench bench = closed();
        bench.tell("open");
        bench.pass(2_000);
        bench.tell("close");
        assertThat(bench.pins).endsWith("pin 5 = 1 at 20000", "pin 5 = 0 at 22000");
        bench.pass(499);
        assertThat(bench.world.high(6)).isFalse();
        bench.pass(1);
        assertThat(bench.pins).endsWith("pin 6 = 1 at 22500");
        bench.pass(10_000);
        // 20 % of 8 s, and the overrun.
        assertThat(bench.pins).endsWith("pin 6 = 0 at 26100");
        assertThat(bench.shown()).isEqualTo("0");
    }

    @Test
    void thePauseCountsFromTheStopAlsoForALaterOrder() {
        ActuatorBench bench = closed();
        bench.tell("open");
        bench.pass(1_000);
        bench.tell("stop");
        bench.pass(200);
        bench.tell("close");
        bench.pass(300);
        assertThat(bench.pins).endsWith("pin 5 = 0 at 21000", "pin 6 = 1 at 21500");
    }

    @Test
    void goingOnTheSameWayNeedsNoPause() {
        ActuatorBench bench = closed();
        bench.tell("20");
        bench.pass(1_000);
        bench.tell("30");
        bench.pass(30_000);
        assertThat(bench.pins).endsWith("pin 5 = 1 at 20000", "pin 5 = 0 at 23000");
    }

    @Test
    void stopLeavesItWhereItIs() {
        ActuatorBench bench = closed();
        bench.tell("open");
        bench.pass(4_200);
        bench.tell("stop");
        assertThat(bench.pins).endsWith("pin 5 = 0 at 24200");
        assertThat(bench.shown()).isEqualTo("42");
        assertThat(bench.timed().resting()).isTrue();
        assertThat(bench.readBack()).isEqualTo("stop");
    }

    @Test
    void whatItIsAlreadyMovesNothing() {
        ActuatorBench bench = closed();
        int before = bench.pins.size();
        bench.tell("close");
        bench.pass(10_000);
        assertThat(bench.pins).hasSize(before);
    }

    @Test
    void afterAFreezeItStopsAtOnceAndKnowsHowFarItGot() {
        ActuatorBench bench = closed();
        bench.tell("50");
        bench.freeze(7_000);
        bench.timed().advance(bench.nowNs());
        assertThat(bench.world.high(5)).isFalse();
        assertThat(bench.shown()).isEqualTo("70");
        bench.pass(10_000);
        assertThat(bench.world.high(6)).isFalse();
        bench.tell("close");
        bench.freeze(60_000);
        bench.timed().advance(bench.nowNs());
        assertThat(bench.shown()).isEqualTo("0");
    }

    @Test
    void anEndSwitchEndsTheRunAtOnce() {
        ActuatorBench bench = cover("open-end-pin", 20L, "closed-end-pin", 21L);
        bench.tell("open");
        bench.pass(3_000);
        bench.world.press(20);
        bench.pass(20);
        assertThat(bench.pins).endsWith("pin 5 = 1 at 0", "pin 5 = 0 at 3020");
        assertThat(bench.shown()).isEqualTo("100");
        bench.tell("close");
        bench.world.release(20);
        bench.pass(8_700);
        assertThat(bench.shown()).isEqualTo("0");
        assertThat(bench.world.high(6)).isTrue();
        bench.world.press(21);
        bench.pass(20);
        assertThat(bench.world.high(6)).isFalse();
    }

    @Test
    void standingAtAnEndSwitchItKnowsItsPlaceWithoutARun() {
        ActuatorBench bench = cover("closed-end-pin", 21L);
        bench.world.press(21);
        bench.tell("50");
        bench.world.release(21);
        bench.pass(30_000);
        assertThat(bench.pins).endsWith("pin 5 = 1 at 0", "pin 5 = 0 at 5000");
    }

    @Test
    void anEndSwitchThatNeverComesIsAFaultWithTheMotorOff() {
        ActuatorBench bench = cover("open-end-pin", 20L);
        bench.tell("open");
        assertThat(bench.pass(60_000)).isEqualTo(Fault.TIMEOUT);
        assertThat(bench.nowNs() / ActuatorBench.MS).isEqualTo(12_000);
        assertThat(bench.world.high(5)).isFalse();
        assertThat(bench.shown()).isEqualTo("unknown");
        assertThat(bench.timed().resting()).isTrue();
    }

    @Test
    void twoActiveEndSwitchesAreAFault() {
        ActuatorBench bench = cover("open-end-pin", 20L, "closed-end-pin", 21L);
        bench.world.press(20);
        bench.world.press(21);
        assertThat(bench.tell("open")).isEqualTo(Fault.BUS_ERROR);
        assertThat(bench.world.high(5)).isFalse();
    }

    @Test
    void theRelaysAreNeverOnTogetherWhateverIsAsked() {
        Random random = new Random(5);
        ActuatorBench bench = cover();
        String[] orders = {"open", "close", "stop", "50", "10.5", "99.9", "closed"};
        for (int i = 0; i < 20_000; i++) {
            bench.tell(orders[random.nextInt(orders.length)]);
            assertThat(bench.world.high(5) && bench.world.high(6)).isFalse();
            int ms = random.nextInt(random.nextInt(10) == 0 ? 20_000 : 700);
            if (random.nextInt(20) == 0) {
                bench.freeze(ms);
            } else {
                bench.pass(ms);
            }
            assertThat(bench.world.high(5) && bench.world.high(6)).isFalse();
        }
        long openNs = -1;
        for (String line : bench.pins.subList(2, bench.pins.size())) {
            long atMs = Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
            if (line.startsWith("pin 5 = 0")) {
                openNs = atMs;
            }
            if (line.startsWith("pin 6 = 1") && openNs >= 0) {
                assertThat(atMs - openNs).as(line).isGreaterThanOrEqualTo(500);
            }
        }
    }

    @Test
    void closingTheDriverSwitchesTheMotorOff() {
        ActuatorBench bench = cover();
        bench.tell("open");
        bench.driver.close();
        assertThat(bench.pins).endsWith("pin 5 = 1 at 0", "pin 5 = 0 at 0");
    }

    @Test
    void itsValuesAreWordsAndPercent() {
        ValueKind values = new ValveType().values(cover().options);
        assertThat(values.parse("OPEN")).isEqualTo(1_000);
        assertThat(values.parse("closed")).isZero();
        assertThat(values.parse("45.5%")).isEqualTo(455);
        assertThat(values.format(values.parse("stop"))).isEqualTo("stop");
        assertThatThrownBy(() -> values.parse("101"))
                .isInstanceOf(ValueKind.OutOfRange.class)
                .hasMessage(
                        "'101': expected stop, close, closed, open or a number from 0 to 100 %");
        assertThatThrownBy(() -> values.parse("off"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'off': expected stop");
        assertThatThrownBy(() -> values.parse("up"))
                .isNotInstanceOf(ValueKind.OutOfRange.class)
                .hasMessageContaining("'up': expected stop");
    }
}
