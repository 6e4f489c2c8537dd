package dev.pipit.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.command.SecurityWatch.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SecurityWatchTest {
    private static final long S = 1_000_000_000L;
    private static final long WALL_MS = 1_795_370_000_000L;

    private final List<String> events = new ArrayList<>();
    private final List<String> alarms = new ArrayList<>();
    private final SecurityWatch watch =
            new SecurityWatch(
                    new SecurityWatch.Sink() {
                        @Override
                        public boolean event(String json) {
                            return connected && events.add(json);
                        }

                        @Override
                        public void alarm(String json) {
                            alarms.add(json);
                        }
                    });
    private long nowNs = 1_000 * S;
    private boolean connected = true;

    private Moment now() {
        return new Moment(nowNs, WALL_MS + nowNs / 1_000_000, true);
    }

    private CommandGate gate(TrustedKey... keys) {
        return new CommandGate(
                new FakeOutputs(),
                Map.of("relay", Access.USUAL, "pump", new Access(true, 20, 10, Set.of("operator"))),
                Map.of(),
                Signing.of("greenhouse", List.of(keys), Counters.inMemory()),
                watch::decided);
    }

    private void pass(long seconds) {
        for (long i = 0; i < seconds; i++) {
            nowNs += S;
            watch.advance(now());
        }
    }

    @Test
    void theFirstOfAKindIsToldAtOnceAndTheRestTogether() {
        CommandGate gate = gate();
        for (int i = 0; i < 4; i++) {
            gate.decide(Incoming.command("relais", "on".getBytes(UTF_8), nowNs), now());
        }
        assertThat(events)
                .singleElement()
                .asString()
                .startsWith(
                        "{\"event\":\"unauthorised\",\"about\":\"command/relais\",\"reason\":\"no"
                                + " actuator")
                .endsWith("\"count\":1,\"total\":1,\"t\":" + now().epochMs() + "}");
        pass(9);
        assertThat(events).hasSize(1);
        pass(1);
        assertThat(events).hasSize(2);
        assertThat(events.getLast()).contains("\"count\":3,\"total\":4");
        pass(60);
        assertThat(events).as("what was told is not told again").hasSize(2);
        assertThat(alarms).isEmpty();
    }

    @Test
    void aFloodOfForgedSignaturesIsAnAlarmAFewEventsAndNothingElse() {
        KeyFile key = KeyFile.generate("ops", SigningKey.HMAC_SHA_256);
        KeyFile forger = KeyFile.generate("ops", SigningKey.HMAC_SHA_256);
        CommandGate gate = gate(key.trusted(Set.of("operator")));
        int forged = 0;
        for (int second = 0; second < 10; second++) {
            for (int i = 0; i < 1_000; i++) {
                String text = forger.sign("greenhouse", "command/pump", forged++, "", "on");
                gate.decide(Incoming.command("pump", text.getBytes(UTF_8), nowNs), now());
            }
            pass(1);
        }
        // Signatures are looked at 20 at once and 10 a second after that.
        assertThat(watch.total(Kind.UNAUTHORISED)).isBetween(100L, 130L);
        assertThat(watch.total(Kind.FLOOD) + watch.total(Kind.UNAUTHORISED)).isEqualTo(forged);
        assertThat(events).hasSizeLessThanOrEqualTo(4);
        assertThat(alarms).hasSize(1);
        assertThat(alarms.getFirst())
                .startsWith("{\"alarm\":\"security\",\"refused\":20,\"most\":\"unauthorised\"");
        assertThat(watch.alarmed()).isTrue();
        pass(298);
        assertThat(alarms).hasSize(1);
        pass(1);
        assertThat(alarms).hasSize(2).last().isEqualTo("");
        assertThat(watch.alarmed()).isFalse();
    }

    @Test
    void refusalsFarApartAreNoAlarm() {
        CommandGate gate = gate();
        for (int i = 0; i < 200; i++) {
            gate.decide(Incoming.command("relay", new byte[] {'?'}, nowNs), now());
            pass(4);
        }
        assertThat(watch.total(Kind.BAD_PAYLOAD)).isEqualTo(200);
        assertThat(alarms).isEmpty();
        assertThat(events).hasSizeLessThanOrEqualTo(200 * 4 / 10 + 1);
    }

    @Test
    void everyKindOfRefusalHasItsWordAndWhatIsRefusedForTheMomentHasNone() {
        CommandGate gate = gate();
        gate.decide(Incoming.command("relay", "on".getBytes(UTF_8), nowNs).asRetained(), now());
        gate.decide(Incoming.command("relay", "on".getBytes(UTF_8), nowNs).expiringIn(0), now());
        gate.decide(Incoming.command("relay", "on".getBytes(UTF_8), nowNs).asEarly(), now());
        gate.decide(Incoming.control("dance", new byte[0], nowNs), now());
        gate.decide(Incoming.command("relay", "on".getBytes(UTF_8), nowNs), now());
        assertThat(events).hasSize(3);
        assertThat(events.get(0)).contains("\"event\":\"retained\"");
        assertThat(events.get(1)).contains("\"event\":\"expired\"");
        assertThat(events.get(2))
                .contains("\"event\":\"unauthorised\",\"about\":\"control/dance\"");
        assertThat(watch.total(Kind.EXPIRED)).isEqualTo(2);
    }

    @Test
    void aClockThatIsSetIsToldAndOneThatIsSynchronisedForTheFirstTimeIsNot() {
        watch.advance(new Moment(nowNs, 0, false));
        pass(3);
        assertThat(events).isEmpty();
        nowNs += S;
        watch.advance(new Moment(nowNs, now().epochMs() - 3_600_000, true));
        assertThat(events)
                .singleElement()
                .asString()
                .contains("\"event\":\"time-jump\"", "3600000 ms back");
        assertThat(alarms).isEmpty();
    }

    @Test
    void whatNobodyCouldHearIsToldOnceSomebodyCan() {
        connected = false;
        watch.note(Kind.CONFIGURATION_CHANGED, "configuration", "ab became cd", now());
        pass(100);
        connected = true;
        pass(1);
        assertThat(events).hasSize(1);
        assertThat(events.getFirst()).contains("ab became cd", "\"count\":1");
    }

    @Test
    void whatIsNoCommandIsToldAsWell() {
        watch.note(Kind.CONFIGURATION_CHANGED, "configuration", "sha256 ab became cd", now());
        assertThat(events)
                .singleElement()
                .asString()
                .contains("\"event\":\"configuration-changed\",\"about\":\"configuration\"");
    }

    @Test
    void onlyWhatWasRefusedCountsTowardsTheAlarm() {
        for (int i = 0; i < 100; i++) {
            watch.note(Kind.TIME_JUMP, "clock", "set", now());
            watch.note(Kind.CONFIGURATION_CHANGED, "configuration", "changed", now());
        }
        assertThat(alarms).isEmpty();
    }

    @Test
    void theAlarmNamesTheMostFrequentKindAndTheTime() {
        watch.note(Kind.UNAUTHORISED, "command/a", "", now());
        for (int i = 0; i < 30; i++) {
            watch.note(Kind.TIME_JUMP, "clock", "set", now());
        }
        for (int i = 0; i < 18; i++) {
            watch.note(Kind.BAD_PAYLOAD, "command/a", "", now());
        }
        assertThat(alarms).isEmpty();
        watch.note(Kind.RETAINED, "command/a", "", now());
        assertThat(alarms)
                .containsExactly(
                        "{\"alarm\":\"security\",\"refused\":20,\"most\":\"bad-payload\",\"t\":"
                                + now().epochMs()
                                + "}");
    }

    @Test
    void aMinuteIsSixtySecondsFromTheFirstRefusalInIt() {
        for (int i = 0; i < 19; i++) {
            watch.note(Kind.EXPIRED, "command/a", "", now());
        }
        nowNs += 60 * S;
        watch.note(Kind.EXPIRED, "command/a", "", now());
        assertThat(alarms).as("the twentieth came in the next minute").isEmpty();
        nowNs += 60 * S - 1;
        for (int i = 0; i < 19; i++) {
            watch.note(Kind.EXPIRED, "command/a", "", now());
        }
        assertThat(alarms).hasSize(1);
    }

    @Test
    void fiveSecondsAreAJumpInEitherDirectionAndLessIsNone() {
        long epochMs = now().epochMs();
        watch.advance(new Moment(nowNs, epochMs, true));
        watch.advance(new Moment(nowNs + S, epochMs + 1_000 + 4_999, true));
        assertThat(events).isEmpty();
        watch.advance(new Moment(nowNs + 2 * S, epochMs + 2_000 + 9_999, true));
        assertThat(events).singleElement().asString().contains("the clock went 5000 ms ahead");
        nowNs += 20 * S;
        watch.advance(new Moment(nowNs, epochMs + 20_000 + 9_999, true));
        watch.advance(new Moment(nowNs + S, epochMs + 21_000 + 4_999, true));
        assertThat(events).hasSize(2).last().asString().contains("the clock went 5000 ms back");
    }

    @Test
    void whatAnOutputsOwnTimesForbidIsNoFlood() {
        assertThat(
                        CommandGate.flooded(
                                new Answer(
                                        Outcome.TOO_SOON,
                                        null,
                                        "pump",
                                        false,
                                        "off",
                                        -1,
                                        "must stay off for 3s",
                                        1_000,
                                        -1,
                                        null)))
                .isFalse();
    }
}
