package dev.pipit.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CommandGateTest {
    private static final long S = 1_000_000_000;
    private static final long EPOCH_MS = 1_795_370_000_000L;

    private final FakeOutputs outputs = new FakeOutputs();
    private final CommandGate gate =
            new CommandGate(
                    outputs,
                    Map.of(
                            "relay", Access.USUAL,
                            "pump", new Access(true, 20, 10, Set.of()),
                            "fan", Access.USUAL),
                    Map.of("safe", (argument, nowNs) -> Decision.ok(Decision.NEVER)),
                    Signing.none(),
                    (incoming, answer, now) -> {});
    private Moment now = new Moment(1_000 * S, EPOCH_MS, true);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "relay | on | relay=1",
                "relay | OFF | relay=0",
                "relay | on for 500ms | relay=1 for 500ms",
                "relay | {\"value\":\"on\"} | relay=1",
                "relay | {\"value\":true,\"for\":\"10s\"} | relay=1 for 10000ms",
                "relay | {\"value\":1,\"lease\":\"60s\"} | relay=1 lease 60000ms",
                "fan | 45.5 | fan=455",
                "fan | {\"value\":45.5} | fan=455",
                "fan | {\"value\":\"45.5 %\"} | fan=455",
                "fan | {\"value\":20,\"fade\":\"2s\"} | fan=200 fade 2000ms",
                "fan | safe | fan safe",
            })
    void whatIsWellFormedReachesTheOutput(String actuator, String payload, String order) {
        Answer answer = send(actuator, payload);
        assertThat(answer.outcome()).isEqualTo(Outcome.OK);
        assertThat(outputs.orders).containsExactly(order);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "relay | `` | payload is empty",
                "relay | toggle | 'toggle': expected on or off",
                "relay | on for ever | 'for' is 'ever'",
                "relay | on for 0ms | expected 1ms",
                "relay | on for 99999d | expected 1ms to 366d",
                "relay | {\"value\":\"on\" | JSON at character",
                "relay | {} | key 'value' is missing",
                "relay | {\"value\":null} | 'value' is null",
                "relay | {\"value\":\"on\",\"colour\":1} | unknown key 'colour'",
                "relay | {\"value\":\"on\",\"value\":\"off\"} | twice",
                "relay | {\"value\":\"on\",\"id\":\"\"} | 'id' has 0 characters",
                "relay | {\"value\":\"on\",\"expires\":\"tomorrow\"} | 'expires' is 'tomorrow'",
                "relay | {\"value\":\"on\",\"ttl\":5} | 'ttl' is a number: expected a string",
                "relay | {\"value\":\"on\",\"fade\":\"1s\"} | 'fade' means nothing for on or off",
                "fan | {\"value\":20,\"fade\":\"0s\"} | 'fade' is '0s'",
                "fan | NaN | 'NaN': expected a number",
                "fan | Infinity | expected a number",
                "fan | {\"value\":NaN} | JSON",
                "fan | 1e3 | expected a number",
                "fan | 0x10 | expected a number",
            })
    void whatIsNoCommandIsAnsweredAndMovesNothing(String actuator, String payload, String reason) {
        Answer answer = send(actuator, payload);
        assertThat(answer.outcome()).isEqualTo(Outcome.BAD_PAYLOAD);
        assertThat(answer.reason()).contains(reason);
        assertThat(answer.value()).isEqualTo(actuator.equals("fan") ? "0" : "off");
        assertThat(outputs.orders).isEmpty();
    }

    @Test
    void bytesThatAreNoTextOrTooManyAreRefused() {
        assertThat(decide(Incoming.command("relay", new byte[] {'o', (byte) 0xFF}, 0)).reason())
                .isEqualTo("payload is not UTF-8");
        assertThat(decide(Incoming.command("relay", new byte[1025], 0)).reason())
                .isEqualTo("payload of 1025 bytes: expected at most 1024");
    }

    @Test
    void valuesOutsideTheRangeAreTold() {
        assertThat(send("fan", "100.1").outcome()).isEqualTo(Outcome.OUT_OF_RANGE);
        assertThat(send("fan", "-1").outcome()).isEqualTo(Outcome.OUT_OF_RANGE);
    }

    @Test
    void onlyARefusalTellsOfItselfWhenTheValueInForceEnds() {
        outputs.untilNs = now.monotonicNs() + 20 * S;
        assertThat(send("fan", "200").valueLeftMs()).isEqualTo(20_000);
        assertThat(send("fan", "200").leftMs()).isEqualTo(-1);
        assertThat(send("fan", "20").valueLeftMs()).isEqualTo(-1);
        assertThat(send("heater", "on").valueLeftMs()).isEqualTo(-1);
        outputs.untilNs = now.monotonicNs() - 1;
        assertThat(send("fan", "200").valueLeftMs()).isZero();
    }

    @Test
    void aRetainedCommandNeverMovesAPin() {
        Answer answer = decide(command("relay", "on").asRetained());
        assertThat(answer.json())
                .isEqualTo(
                        "{\"answer\":\"retained\",\"actuator\":\"relay\",\"value\":\"off\",\"reason\":\"the"
                                + " broker kept this message; send commands without the RETAIN flag\"}");
        assertThat(outputs.orders).isEmpty();
    }

    @Test
    void messageExpiryCountsOnWhileTheCommandWaits() {
        Incoming incoming = command("relay", "on").expiringIn(5);
        now = new Moment(now.monotonicNs() + 5 * S, now.epochMs() + 5_000, true);
        assertThat(decide(incoming).outcome()).isEqualTo(Outcome.EXPIRED);
        assertThat(decide(command("relay", "on").expiringIn(5)).outcome()).isEqualTo(Outcome.OK);
        assertThat(decide(command("relay", "on").expiringIn(0)).outcome())
                .isEqualTo(Outcome.EXPIRED);
    }

    @Test
    void timeToLiveCountsFromReceipt() {
        Incoming incoming = command("relay", "{\"value\":\"on\",\"ttl\":\"200ms\",\"id\":\"7f\"}");
        now = new Moment(now.monotonicNs() + S / 5, now.epochMs(), true);
        Answer answer = decide(incoming);
        assertThat(answer.outcome()).isEqualTo(Outcome.EXPIRED);
        assertThat(answer.id()).isEqualTo("7f");
        assertThat(outputs.orders).isEmpty();
    }

    @Test
    void expiresIsHeldAgainstASynchronisedClock() {
        assertThat(send("relay", expiring(EPOCH_MS + 1)).outcome()).isEqualTo(Outcome.OK);
        assertThat(send("relay", expiring(EPOCH_MS)).outcome()).isEqualTo(Outcome.EXPIRED);
    }

    @Test
    void withoutASynchronisedClockATimeOfDayIsRefusedForCriticalActuatorsOnly() {
        now = new Moment(now.monotonicNs(), 86_400_000, false);
        assertThat(send("pump", expiring(EPOCH_MS)).outcome()).isEqualTo(Outcome.NOT_READY);
        assertThat(send("pump", "on").outcome()).isEqualTo(Outcome.OK);
        assertThat(send("relay", expiring(EPOCH_MS)).outcome()).isEqualTo(Outcome.OK);
    }

    @Test
    void whatTheBrokerQueuedFromBeforeMustProveItselfFresh() {
        assertThat(decide(command("relay", "on").asEarly()).outcome()).isEqualTo(Outcome.EXPIRED);
        assertThat(decide(command("relay", "on").asEarly().expiringIn(5)).outcome())
                .isEqualTo(Outcome.OK);
        assertThat(decide(command("relay", expiring(EPOCH_MS + 1)).asEarly()).outcome())
                .isEqualTo(Outcome.OK);
        now = new Moment(now.monotonicNs(), 86_400_000, false);
        assertThat(decide(command("relay", expiring(EPOCH_MS + 1)).asEarly()).outcome())
                .isEqualTo(Outcome.EXPIRED);
    }

    @Test
    void anIdSeenBeforeGetsTheFirstAnswerAndNoSecondActuation() {
        String payload = "{\"value\":\"on\",\"id\":\"7f\"}";
        assertThat(send("relay", payload).outcome()).isEqualTo(Outcome.OK);
        Answer again = send("relay", payload);
        assertThat(again.json())
                .isEqualTo(
                        "{\"answer\":\"duplicate\",\"first\":\"ok\",\"actuator\":\"relay\",\"value\":\"on\","
                                + "\"left\":60000,\"until\":\"2026-11-22T17:54:20Z\",\"id\":\"7f\"}");
        assertThat(send("relay", "{\"value\":\"off\",\"id\":\"7f\"}").outcome())
                .isEqualTo(Outcome.DUPLICATE);
        assertThat(outputs.orders).containsExactly("relay=1");
        assertThat(send("fan", "{\"value\":\"1\",\"id\":\"7f\"}").outcome()).isEqualTo(Outcome.OK);
    }

    @Test
    void correlationDataSeenBeforeIsADuplicateToo() {
        byte[] data = {1, 2, 3};
        assertThat(decide(command("relay", "on").correlatedBy(data)).outcome())
                .isEqualTo(Outcome.OK);
        assertThat(decide(command("relay", "on").correlatedBy(data.clone())).outcome())
                .isEqualTo(Outcome.DUPLICATE);
        assertThat(decide(command("relay", "on").correlatedBy(new byte[257])).outcome())
                .isEqualTo(Outcome.BAD_PAYLOAD);
    }

    @Test
    void onlyKnownActuatorsAndVerbsAreServed() {
        Answer answer = send("heater", "on");
        assertThat(answer.outcome()).isEqualTo(Outcome.UNAUTHORISED);
        assertThat(answer.reason())
                .isEqualTo("no actuator 'heater': expected one of relay, pump, fan");
        assertThat(decide(Incoming.control("format", new byte[0], now.monotonicNs())).outcome())
                .isEqualTo(Outcome.UNAUTHORISED);
        assertThat(decide(Incoming.control("safe", new byte[0], now.monotonicNs())).json())
                .isEqualTo("{\"answer\":\"ok\",\"verb\":\"safe\"}");
    }

    @Test
    void aFloodIsRefusedButGoingSafeIsNot() {
        int passed = 0;
        for (int i = 0; i < 1_000; i++) {
            passed += send("relay", "on").outcome() == Outcome.OK ? 1 : 0;
        }
        assertThat(passed).isEqualTo(20);
        Answer refused = send("relay", "on");
        assertThat(refused.outcome()).isEqualTo(Outcome.TOO_SOON);
        assertThat(refused.leftMs()).isBetween(1L, 100L);
        assertThat(send("relay", "safe").outcome()).isEqualTo(Outcome.OK);
        assertThat(send("fan", "5").outcome()).isEqualTo(Outcome.OK);
        now = new Moment(now.monotonicNs() + S / 10, now.epochMs(), true);
        assertThat(send("relay", "on").outcome()).isEqualTo(Outcome.OK);
        assertThat(send("relay", "on").outcome()).isEqualTo(Outcome.TOO_SOON);
    }

    private static String expiring(long epochMs) {
        return "{\"value\":\"on\",\"expires\":\"" + java.time.Instant.ofEpochMilli(epochMs) + "\"}";
    }

    private Incoming command(String actuator, String payload) {
        return Incoming.command(actuator, payload.getBytes(UTF_8), now.monotonicNs());
    }

    private Answer send(String actuator, String payload) {
        return decide(command(actuator, payload));
    }

    private Answer decide(Incoming incoming) {
        return gate.decide(incoming, now);
    }
}
