package dev.pipit.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.testkit.FakeTime;
import java.math.BigDecimal;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Exactly at a limit and one beyond it. */
final class EdgesOfCommandsTest {
    private static final long MS = 1_000_000;
    private static final long S = 1_000 * MS;
    private static final long EPOCH_MS = 1_795_370_000_000L;

    private final FakeOutputs outputs = new FakeOutputs();
    private final CommandGate gate =
            new CommandGate(
                    outputs,
                    Map.of("relay", Access.USUAL),
                    Map.of("safe", (argument, nowNs) -> Decision.ok(Decision.NEVER)),
                    Signing.none(),
                    (incoming, answer, now) -> {});
    private long nowNs = 1_000 * S;

    private Answer decide(Incoming incoming) {
        return gate.decide(incoming, new Moment(nowNs, EPOCH_MS, true));
    }

    private Answer send(String payload) {
        nowNs += S;
        return decide(incoming(payload));
    }

    private Incoming incoming(String payload) {
        return Incoming.command("relay", payload.getBytes(UTF_8), nowNs);
    }

    @Test
    void aMessageExpiryCountsFromReceiptToTheMillisecond() {
        Incoming message = incoming("on").expiringIn(5);
        nowNs += 4_999 * MS;
        assertThat(decide(message).outcome()).isEqualTo(Outcome.OK);
        nowNs += MS;
        assertThat(decide(message).outcome()).isEqualTo(Outcome.EXPIRED);
    }

    @Test
    void aTtlCountsFromReceiptToTheMillisecond() {
        Incoming message = incoming("{\"value\":\"on\",\"ttl\":\"5s\"}");
        nowNs += 4_999 * MS;
        assertThat(decide(message).outcome()).isEqualTo(Outcome.OK);
        nowNs += MS;
        Answer late = decide(message);
        assertThat(late.outcome()).isEqualTo(Outcome.EXPIRED);
        assertThat(late.reason()).contains("it waited 5000 ms");
    }

    @Test
    void whatExpiredIsToldSinceWhen() {
        assertThat(send("{\"value\":\"on\",\"expires\":\"2026-11-22T17:53:18.500Z\"}").reason())
                .isEqualTo("it expired 1500 ms ago by this device's clock");
    }

    @Test
    void correlationDataMayHave256Bytes() {
        assertThat(decide(incoming("on").correlatedBy(new byte[256])).outcome())
                .isEqualTo(Outcome.OK);
        assertThat(decide(incoming("on").correlatedBy(new byte[257])).outcome())
                .isEqualTo(Outcome.BAD_PAYLOAD);
    }

    @Test
    void theLast256CommandsAreRemembered() {
        send("{\"value\":\"on\",\"id\":\"first\"}");
        for (int i = 0; i < 255; i++) {
            assertThat(send("{\"value\":\"on\",\"id\":\"" + i + "\"}").outcome())
                    .isEqualTo(Outcome.OK);
        }
        assertThat(send("{\"value\":\"on\",\"id\":\"first\"}").outcome())
                .isEqualTo(Outcome.DUPLICATE);
        send("{\"value\":\"on\",\"id\":\"last\"}");
        assertThat(send("{\"value\":\"on\",\"id\":\"first\"}").outcome()).isEqualTo(Outcome.OK);
    }

    @Test
    void anUnknownActuatorHasNoValueAndALongNameIsShortened() {
        Answer answer = decide(Incoming.command("x".repeat(64), new byte[] {'1'}, nowNs));
        assertThat(answer.value()).isNull();
        assertThat(answer.target()).isEqualTo("x".repeat(64));
        assertThat(decide(Incoming.command("x".repeat(65), new byte[] {'1'}, nowNs)).target())
                .isEqualTo("x".repeat(64) + "...");
    }

    @Test
    void aPayloadMayHave1024BytesAndAnIdSixtyFourCharacters() {
        String command = "{\"value\":\"on\"}";
        assertThat(send(command + " ".repeat(1024 - command.length())).outcome())
                .isEqualTo(Outcome.OK);
        assertThat(send(command + " ".repeat(1025 - command.length())).reason())
                .startsWith("payload of 1025 bytes");
        assertThat(send("{\"value\":\"on\",\"id\":\"" + "i".repeat(64) + "\"}").outcome())
                .isEqualTo(Outcome.OK);
        assertThat(send("{\"value\":\"on\",\"id\":\"" + "i".repeat(65) + "\"}").reason())
                .startsWith("'id' has 65 characters");
        assertThat(send("v".repeat(40)).reason()).contains("expected on or off");
        assertThat(send("v".repeat(41)).reason()).startsWith("payload of 41 characters");
    }

    @Test
    void timesGoFromAMillisecondToAYear() {
        assertThat(send("on for 1ms").outcome()).isEqualTo(Outcome.OK);
        assertThat(send("on for 366d").outcome()).isEqualTo(Outcome.OK);
        assertThat(send("on for 367d").outcome()).isEqualTo(Outcome.BAD_PAYLOAD);
        assertThat(CommandText.parse("on for 1ms".getBytes(UTF_8)).forMs()).isEqualTo(1);
    }

    @Test
    void anAnswerTellsTimesFromZeroOn() {
        assertThat(new Answer(Outcome.OK, null, "relay", false, "on", 0, "", 0, 0, null).json())
                .isEqualTo(
                        "{\"answer\":\"ok\",\"actuator\":\"relay\",\"value\":\"on\",\"value-left\":0,\"left\":0,"
                                + "\"until\":\"1970-01-01T00:00:00Z\"}");
    }

    @Test
    void aCommandThatIsNotHeardIsAnsweredWithItsId() {
        Answer answer =
                Answer.unheard(
                        incoming("{\"value\":\"on\",\"id\":\"7\"}"), Outcome.NOT_READY, "busy");
        assertThat(answer.json())
                .isEqualTo(
                        "{\"answer\":\"not-ready\",\"actuator\":\"relay\",\"reason\":\"busy\",\"id\":\"7\"}");
        assertThat(Answer.unheard(incoming("{"), Outcome.NOT_READY, "busy").id()).isNull();
    }

    @Test
    void aBucketGivesBackOneAfterItsTimeAndSaysWhen() {
        TokenBucket bucket = new TokenBucket(2, 10);
        assertThat(bucket.take(nowNs)).isTrue();
        assertThat(bucket.take(nowNs)).isTrue();
        assertThat(bucket.take(nowNs)).isFalse();
        assertThat(bucket.nextNs()).isEqualTo(nowNs + 100 * MS);
        assertThat(bucket.take(nowNs + 40 * MS)).isFalse();
        assertThat(bucket.nextNs()).isEqualTo(nowNs + 100 * MS);
        assertThat(bucket.take(nowNs + 100 * MS)).isTrue();
        assertThat(bucket.take(nowNs - 10 * S)).isFalse();
    }

    @Test
    void eightPressesAreStillAPattern() {
        List<String> heard = new ArrayList<>();
        Gestures button =
                new Gestures(
                        300 * MS, 800 * MS, (kind, count, atNs) -> heard.add(kind + " " + count));
        long atNs = 0;
        for (int i = 0; i < 8; i++) {
            button.edge(true, atNs);
            atNs += (i == 7 ? 900 : 10) * MS;
            button.advance(atNs);
            button.edge(false, atNs);
            atNs += 10 * MS;
        }
        button.advance(atNs + S);
        assertThat(heard).last().isEqualTo("PATTERN " + 0b1_0000_0001);
    }

    private LocalRules rules(LocalRule.When when) {
        return new LocalRules(
                List.of(new LocalRule("r", when, "relay", Order.of(1), "")),
                outputs,
                (channel, atNs) -> new BigDecimal("30"),
                ZoneOffset.UTC,
                nowNs,
                (rule, decision, now) -> {});
    }

    @Test
    void aValueAtABoundIsNotBeyondIt() {
        Moment now = new Moment(nowNs, EPOCH_MS, true);
        for (String bound : new String[] {"30", "29.999", "30.001"}) {
            for (boolean above : new boolean[] {true, false}) {
                outputs.orders.clear();
                rules(
                                new LocalRule.When.Threshold(
                                        "air.t", above, new BigDecimal(bound), BigDecimal.ZERO, 0))
                        .advance(now);
                boolean beyond = above ? bound.equals("29.999") : bound.equals("30.001");
                assertThat(outputs.orders).hasSize(beyond ? 1 : 0);
            }
        }
    }

    @Test
    void rulesAreLookedAtOnceASecond() {
        LocalRules rules = rules(new LocalRule.When.BrokerLost(2 * S));
        rules.advance(new Moment(nowNs, EPOCH_MS, true));
        assertThat(rules.nextDeadlineNs()).isEqualTo(nowNs + S);
        rules.advance(new Moment(nowNs + S, EPOCH_MS, true));
        assertThat(outputs.orders).isEmpty();
        rules.advance(new Moment(nowNs + 2 * S - 1, EPOCH_MS, true));
        assertThat(rules.nextDeadlineNs()).isEqualTo(nowNs + 2 * S);
        rules.connected(true, nowNs + S);
        rules.connected(false, nowNs + 2 * S);
        rules.connected(false, nowNs + 3 * S);
        rules.advance(new Moment(nowNs + 3 * S, EPOCH_MS, true));
        assertThat(outputs.orders).isEmpty();
        rules.advance(new Moment(nowNs + 4 * S, EPOCH_MS, true));
        assertThat(outputs.orders).containsExactly("relay=1");
        assertThat(
                        new LocalRules(
                                        List.of(),
                                        outputs,
                                        (channel, atNs) -> null,
                                        ZoneOffset.UTC,
                                        nowNs,
                                        (rule, decision, now) -> {})
                                .nextDeadlineNs())
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aMomentIsBothClocksAtOnce() {
        FakeTime time = new FakeTime(EPOCH_MS);
        time.advanceMs(5);
        assertThat(Moment.of(time)).isEqualTo(new Moment(5 * MS, EPOCH_MS + 5, true));
        time.synchronised(false);
        assertThat(Moment.of(time).synchronised()).isFalse();
    }
}
