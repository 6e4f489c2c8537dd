package dev.pipit.actuation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.command.Access;
import dev.pipit.command.Answer;
import dev.pipit.command.CommandGate;
import dev.pipit.command.Incoming;
import dev.pipit.command.Moment;
import dev.pipit.command.Outcome;
import dev.pipit.command.Signing;
import dev.pipit.driver.Fault;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Gate and guard together under the circumstances of the specification, and the failures that were
 * seen in a peer. What concerns sockets, processes and the card is tested where those are.
 */
final class CircumstancesTest {
    private static final long YEAR_MS = 366L * 86_400_000;

    private final Bench bench;
    private final CommandGate gate;
    private long epochMs = 1_795_370_000_000L;
    private boolean synchronised = true;

    CircumstancesTest() {
        Map<String, RulesBuilder> rules = new LinkedHashMap<>();
        rules.put("relay", RulesBuilder.onOff());
        rules.put("fan", RulesBuilder.level());
        bench = new Bench(rules).start();
        gate =
                new CommandGate(
                        bench.guard,
                        Map.of("relay", Access.USUAL, "fan", Access.USUAL),
                        Map.of("safe", (argument, nowNs) -> bench.guard.safe(nowNs)),
                        Signing.none(),
                        (incoming, answer, now) -> {});
    }

    private Incoming command(String actuator, String payload) {
        return Incoming.command(actuator, payload.getBytes(UTF_8), bench.nowNs());
    }

    private Answer decide(Incoming incoming) {
        return gate.decide(incoming, new Moment(bench.nowNs(), epochMs, synchronised));
    }

    private Answer send(String actuator, String payload) {
        return decide(command(actuator, payload));
    }

    @Test
    void withoutABrokerEverOutputsStaySafe() {
        bench.pass(YEAR_MS);
        assertThat(bench.log).isEmpty();
        assertThat(bench.value("relay")).isZero();
    }

    @Test
    void onAHalfOpenConnectionALeaseEndsOnTime() {
        send("relay", "on");
        bench.pass(60_000);
        assertThat(bench.log).endsWith("60000 relay=0 lease-ended");
    }

    @Test
    void aClockThatJumpsByAYearMovesNoLease() {
        send("relay", "on");
        epochMs += YEAR_MS;
        bench.pass(59_999);
        assertThat(bench.value("relay")).isEqualTo(1);
        epochMs -= 2 * YEAR_MS;
        bench.pass(1);
        assertThat(bench.value("relay")).isZero();
    }

    @Test
    void afterBeingStoppedForThirtySecondsWhatEndedMeanwhileEndsFirst() {
        send("relay", "{\"value\":\"on\",\"lease\":\"10s\"}");
        Incoming waiting = command("fan", "{\"value\":50,\"ttl\":\"5s\"}");
        bench.freeze(30_000);
        assertThat(decide(waiting).outcome()).isEqualTo(Outcome.EXPIRED);
        bench.pass(0);
        assertThat(bench.log).endsWith("30000 relay=0 lease-ended");
    }

    @Test
    void aDuplicateMovesNothingAndARepetitionInAnotherOrderNeither() {
        send("relay", "{\"value\":\"on\",\"id\":\"1\"}");
        send("relay", "{\"value\":\"off\",\"id\":\"2\"}");
        assertThat(send("relay", "{\"value\":\"on\",\"id\":\"1\"}").outcome())
                .isEqualTo(Outcome.DUPLICATE);
        assertThat(bench.value("relay")).isZero();
    }

    @Test
    void valuesThatAreNoNumbersMoveNothing() {
        for (String payload : new String[] {"NaN", "Infinity", "1e999999999", "--1", "0x7f", "٤"}) {
            assertThat(send("fan", payload).outcome()).as(payload).isEqualTo(Outcome.BAD_PAYLOAD);
        }
        assertThat(bench.log).isEmpty();
    }

    @Test
    void ofTwoCommandersTheLastOneIsObeyedAndBothAreAnswered() {
        assertThat(send("fan", "{\"value\":20,\"id\":\"a\"}").value()).isEqualTo("20");
        assertThat(send("fan", "{\"value\":80,\"id\":\"b\"}").value()).isEqualTo("80");
        assertThat(bench.value("fan")).isEqualTo(800);
    }

    @Test
    void aFloodHoldsTheRatesAndTheLease() {
        send("relay", "on");
        bench.pass(30_000);
        int ok = 0;
        for (int second = 0; second < 10; second++) {
            for (int i = 0; i < 10_000; i++) {
                ok += send("fan", Integer.toString(i % 100)).outcome() == Outcome.OK ? 1 : 0;
                if (i % 10 == 0) {
                    bench.pass(1);
                }
            }
        }
        assertThat(ok).isBetween(100, 125);
        bench.pass(20_000);
        assertThat(bench.log).contains("60000 relay=0 lease-ended");
    }

    @Test
    void aRetainedCommandDoesNotRunAtStart() {
        assertThat(decide(command("relay", "on").asRetained()).outcome())
                .isEqualTo(Outcome.RETAINED);
        assertThat(bench.log).isEmpty();
    }

    @Test
    void aCommandQueuedWhileTheDeviceWasAwayIsAnsweredAndNotLost() {
        Answer answer = decide(command("relay", "{\"value\":\"on\",\"id\":\"9\"}").asEarly());
        assertThat(answer.outcome()).isEqualTo(Outcome.EXPIRED);
        assertThat(answer.id()).isEqualTo("9");
        assertThat(bench.log).isEmpty();
    }

    @Test
    void oneErrorOfAnOutputEndsNeitherItsCommandsNorThoseOfOthers() {
        bench.hardware("relay").fault = Fault.BUS_ERROR;
        assertThat(send("relay", "on").outcome()).isEqualTo(Outcome.HARDWARE_ERROR);
        assertThat(send("fan", "10").outcome()).isEqualTo(Outcome.OK);
        bench.hardware("relay").fault = null;
        bench.pass(1_000);
        assertThat(send("relay", "on").outcome()).isEqualTo(Outcome.OK);
    }

    @Test
    void overlappingTimedPulsesDoNotCutEachOtherShort() {
        send("relay", "on for 1s");
        bench.pass(500);
        send("relay", "on for 1s");
        bench.pass(999);
        assertThat(bench.value("relay")).isEqualTo(1);
        bench.pass(1);
        assertThat(bench.value("relay")).isZero();
    }

    @Test
    void theAnswerTellsTheValueInForceAndUntilWhen() {
        Answer answer = send("relay", "on for 5s");
        assertThat(answer.value()).isEqualTo("on");
        assertThat(answer.leftMs()).isEqualTo(5_000);
        assertThat(answer.untilEpochMs()).isEqualTo(epochMs + 5_000);
        synchronised = false;
        assertThat(send("relay", "on for 5s").untilEpochMs()).isEqualTo(-1);
    }

    @Test
    void aRefusalTellsTheValueInForceAndUntilWhenThatStands() {
        send("fan", "{\"value\":40,\"lease\":\"30s\"}");
        bench.pass(10_000);
        Answer refused = send("fan", "200");
        assertThat(refused.outcome()).isEqualTo(Outcome.OUT_OF_RANGE);
        assertThat(refused.json())
                .startsWith(
                        "{\"answer\":\"out-of-range\",\"actuator\":\"fan\",\"value\":\"40\","
                                + "\"value-left\":20000,\"reason\":");
        bench.pass(20_000);
        assertThat(send("fan", "200").json()).contains("\"value\":\"0\"").doesNotContain("left");
    }

    @Test
    void theStateIsTheValueReadBackAndNotTheOneAskedFor() {
        send("relay", "on");
        bench.hardware("relay").value = 0;
        assertThat(send("fan", "1").outcome()).isEqualTo(Outcome.OK);
        assertThat(bench.guard.value("relay")).isZero();
    }

    @Test
    void goingSafeIsNeverRefusedNotEvenInAFlood() {
        send("relay", "on");
        for (int i = 0; i < 1_000; i++) {
            send("relay", "on");
        }
        assertThat(send("relay", "safe").outcome()).isEqualTo(Outcome.OK);
        assertThat(bench.value("relay")).isZero();
    }
}
