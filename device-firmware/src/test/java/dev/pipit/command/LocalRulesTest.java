package dev.pipit.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.command.LocalRule.When;
import java.math.BigDecimal;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LocalRulesTest {
    private static final long S = 1_000_000_000;
    private static final long NOON_MS =
            java.time.Instant.parse("2026-11-22T12:00:00Z").toEpochMilli();

    private final FakeOutputs outputs = new FakeOutputs();
    private final List<String> heard = new ArrayList<>();
    private @Nullable BigDecimal temperature;
    private long second;
    private boolean synchronised = true;

    private LocalRules rules(When when, Order order) {
        return new LocalRules(
                List.of(new LocalRule("r", when, "relay", order, "")),
                outputs,
                (channel, nowNs) -> temperature,
                ZoneId.of("UTC"),
                0,
                (rule, decision, now) -> heard.add(second + " " + decision.outcome().word()));
    }

    private Moment now() {
        return new Moment(second * S, NOON_MS + second * 1000, synchronised);
    }

    private void pass(LocalRules rules, int seconds) {
        for (int i = 0; i < seconds; i++) {
            second++;
            rules.advance(now());
        }
    }

    @Test
    void anEventGivesItsOrderEachTime() {
        LocalRules rules =
                rules(new When.Event("button", Gestures.Kind.PRESS, 1), Order.pulse(1, 300 * S));
        rules.event("button", Gestures.Kind.PRESS, 1, now());
        rules.event("button", Gestures.Kind.RELEASE, 1, now());
        rules.event("other", Gestures.Kind.PRESS, 1, now());
        rules.event("button", Gestures.Kind.PRESS, 1, now());
        assertThat(outputs.orders).containsExactly("relay=1 for 300000ms", "relay=1 for 300000ms");
        assertThat(heard).hasSize(2);
    }

    @Test
    void aThresholdHoldsUntilTheValueIsBackByItsHysteresisAndRenewsTheLease() {
        LocalRules rules =
                rules(
                        new When.Threshold(
                                "air.temperature",
                                true,
                                new BigDecimal("30"),
                                new BigDecimal("2"),
                                3 * S),
                        Order.of(1));
        temperature = new BigDecimal("30");
        pass(rules, 10);
        assertThat(outputs.orders).isEmpty();
        temperature = new BigDecimal("30.1");
        pass(rules, 3);
        assertThat(outputs.orders).isEmpty();
        pass(rules, 1);
        assertThat(outputs.orders).hasSize(1);
        temperature = new BigDecimal("28.1");
        pass(rules, 5);
        assertThat(outputs.orders).hasSize(6);
        temperature = new BigDecimal("28");
        pass(rules, 5);
        assertThat(outputs.orders).hasSize(6);
        assertThat(heard).containsExactly("14 ok");
    }

    @Test
    void anUnknownValueEndsARule() {
        LocalRules rules =
                rules(
                        new When.Threshold("a.b", false, BigDecimal.ONE, BigDecimal.ZERO, 0),
                        Order.of(1));
        temperature = BigDecimal.ZERO;
        pass(rules, 2);
        temperature = null;
        pass(rules, 5);
        assertThat(outputs.orders).hasSize(2);
    }

    @Test
    void aPulseIsGivenOnceWhileARuleHolds() {
        LocalRules rules =
                rules(
                        new When.Threshold("a.b", true, BigDecimal.ONE, BigDecimal.ZERO, 0),
                        Order.pulse(1, S));
        temperature = BigDecimal.TEN;
        pass(rules, 5);
        temperature = BigDecimal.ZERO;
        pass(rules, 1);
        temperature = BigDecimal.TEN;
        pass(rules, 5);
        assertThat(outputs.orders).hasSize(2);
    }

    @Test
    void aTimeOfDayComesOnceADayAndNeedsASynchronisedClock() {
        LocalRules rules = rules(new When.TimeOfDay(LocalTime.of(12, 1)), Order.of(1));
        synchronised = false;
        pass(rules, 61);
        assertThat(outputs.orders).isEmpty();
        synchronised = true;
        pass(rules, 30);
        assertThat(outputs.orders).hasSize(1);
        pass(rules, 86_400);
        assertThat(outputs.orders).hasSize(2);
    }

    @Test
    void aLostBrokerSetsARuleOffAndItsReturnEndsIt() {
        LocalRules rules = rules(new When.BrokerLost(5 * S), Order.SAFE);
        pass(rules, 10);
        assertThat(outputs.orders).containsExactly("relay safe");
        rules.connected(true, now().monotonicNs());
        pass(rules, 10);
        rules.connected(false, now().monotonicNs());
        pass(rules, 4);
        assertThat(outputs.orders).hasSize(1);
        pass(rules, 1);
        assertThat(outputs.orders).hasSize(2);
    }

    /** As the actuation thread tells it, each turn. */
    @Test
    void aBrokerThatStaysAwayIsLostOnce() {
        LocalRules rules = rules(new When.BrokerLost(2 * S), Order.pulse(1, S));
        rules.connected(true, now().monotonicNs());
        for (int i = 0; i < 10; i++) {
            pass(rules, 1);
            rules.connected(false, now().monotonicNs());
        }
        assertThat(outputs.orders).hasSize(1);
        rules.connected(true, now().monotonicNs());
        for (int i = 0; i < 10; i++) {
            pass(rules, 1);
            rules.connected(false, now().monotonicNs());
        }
        assertThat(outputs.orders).hasSize(2);
    }
}
