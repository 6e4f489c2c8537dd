package dev.pipit.actuation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.command.Decision;
import dev.pipit.command.Order;
import dev.pipit.command.Outcome;
import dev.pipit.driver.Fault;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class GroupedOutputsTest {
    private final Bench bench;
    private final GroupedOutputs outputs;

    GroupedOutputsTest() {
        Map<String, RulesBuilder> rules = new LinkedHashMap<>();
        rules.put("left", RulesBuilder.level().leaseMs(5_000));
        rules.put("right", RulesBuilder.level().range(0, 800).minOffMs(1_000));
        rules.put("alone", RulesBuilder.level());
        bench = new Bench(rules).start();
        outputs = new GroupedOutputs(bench.guard, Map.of("both", List.of("left", "right")));
        bench.pass(1_000);
        bench.log.clear();
    }

    private Decision order(String name, Order order) {
        return outputs.apply(name, order, bench.nowNs());
    }

    @Test
    void oneOrderReachesEveryMemberUnderItsOwnRules() {
        assertThat(outputs.names()).containsExactly("left", "right", "alone", "both");
        assertThat(outputs.values("both")).isEqualTo(FakeOutput.LEVEL);
        Decision decision = order("both", Order.of(500));
        assertThat(decision.outcome()).isEqualTo(Outcome.OK);
        assertThat(Bench.untilMs(decision)).isEqualTo(6_000);
        assertThat(outputs.untilNs("both")).isEqualTo(decision.untilNs());
        assertThat(bench.log).containsExactly("1000 left=500 command", "1000 right=500 command");
        assertThat(outputs.shown("both")).isEqualTo("50");
        bench.pass(5_000);
        assertThat(bench.log).endsWith("6000 left=0 lease-ended");
        assertThat(outputs.shown("both")).isEqualTo("mixed");
        assertThat(outputs.value("both")).isZero();
        assertThat(outputs.value("right")).isEqualTo(500);
        assertThat(outputs.shown("right")).isEqualTo("50");
    }

    @Test
    void whatOneMemberRefusesNoneTakes() {
        Decision decision = order("both", Order.of(900));
        assertThat(decision.outcome()).isEqualTo(Outcome.OUT_OF_RANGE);
        assertThat(decision.reason()).startsWith("'right': expected 0 to 80");
        assertThat(bench.log).isEmpty();
        order("right", Order.of(100));
        order("right", Order.SAFE);
        bench.log.clear();
        Decision tooSoon = order("both", Order.of(100));
        assertThat(tooSoon.outcome()).isEqualTo(Outcome.TOO_SOON);
        assertThat(Bench.untilMs(tooSoon)).isEqualTo(2_000);
        assertThat(bench.log).isEmpty();
    }

    @Test
    void whereTheHardwareOfOneRefusesTheOthersGoSafe() {
        bench.hardware("right").fault = Fault.BUS_ERROR;
        Decision decision = order("both", Order.of(500));
        assertThat(decision.outcome()).isEqualTo(Outcome.HARDWARE_ERROR);
        assertThat(decision.reason()).startsWith("'right': ");
        assertThat(bench.value("left")).isZero();
        assertThat(bench.log).contains("1000 left=500 command", "1000 left=0 command");
    }

    @Test
    void safeReachesEveryMember() {
        order("both", Order.of(500));
        assertThat(order("both", Order.SAFE).outcome()).isEqualTo(Outcome.OK);
        assertThat(outputs.shown("both")).isEqualTo("0");
        assertThat(order("both", Order.of(0)).outcome()).isEqualTo(Outcome.OK);
    }

    @Test
    void whoIsNotInAGroupIsCommandedAlone() {
        assertThat(order("alone", Order.of(100)).outcome()).isEqualTo(Outcome.OK);
        assertThat(bench.log).containsExactly("1000 alone=100 command");
    }

    @Test
    void beforeTheStartAGroupIsRefusedLikeItsMembers() {
        bench.guard.stop(bench.nowNs());
        Decision refused = order("both", Order.of(100));
        assertThat(refused.outcome()).isEqualTo(Outcome.NOT_READY);
        assertThat(refused.reason()).startsWith("'left': ");
        assertThat(order("both", Order.SAFE).outcome()).isEqualTo(Outcome.NOT_READY);
    }

    @Test
    void whatHasEndedForAMemberHasEndedForTheGroupEvenIfNobodyLooked() {
        order("right", Order.leased(100, 500_000_000));
        bench.freeze(600);
        bench.log.clear();
        Decision refused = order("both", Order.of(100));
        assertThat(refused.outcome()).isEqualTo(Outcome.TOO_SOON);
        assertThat(refused.reason()).startsWith("'right': must stay off");
        assertThat(bench.log).containsExactly("1600 right=0 lease-ended");
    }

    @Test
    void afterTheEndNothingButTheEndIsTheReason() {
        bench.guard.stop(bench.nowNs());
        assertThat(order("both", Order.of(900)).outcome()).isEqualTo(Outcome.NOT_READY);
    }
}
