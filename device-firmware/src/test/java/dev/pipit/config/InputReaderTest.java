package dev.pipit.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.command.Gestures;
import dev.pipit.command.LocalRule.When;
import dev.pipit.config.InputConfig.Kind;
import dev.pipit.driver.Wiring.Pull;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InputReaderTest {
    private static final String HEAD =
            "device: {id: a}\nbroker: {url: \"mqtt://127.0.0.1\"}\nstate: state\n";

    @TempDir Path folder;

    private ConfigFile.Result load(String text) throws IOException {
        Path file = folder.resolve("pipit.yaml");
        Files.writeString(file, text);
        return ConfigFile.load(file, Drivers.installed());
    }

    private AgentConfig valid(String text) throws IOException {
        if (load(HEAD + text) instanceof ConfigFile.Result.Valid valid) {
            return valid.config();
        }
        throw new AssertionError(problems(HEAD + text).toString());
    }

    private List<String> problems(String text) throws IOException {
        if (load(text) instanceof ConfigFile.Result.Invalid invalid) {
            return invalid.problems().stream()
                    .map(p -> p.line() + ":" + p.column() + ": " + p.message())
                    .toList();
        }
        return List.of();
    }

    @Test
    void everyKindHasItsOwnKeysAndUsualTimes() throws IOException {
        assertThat(
                        valid(
                                        """
                                        inputs:
                                          a: {pin: 5, click-gap: 200ms, hold: 2s}
                                          b: {kind: encoder, pin: 6, pin-b: 7, pull: up, steps: 2}
                                          c: {kind: counter, pin: 8, shortest: 10ms, report: 1m}
                                        """)
                                .inputs())
                .containsExactly(
                        new InputConfig(
                                "a",
                                5,
                                Pull.NONE,
                                false,
                                Duration.ofMillis(20),
                                new Kind.Button(Duration.ofMillis(200), Duration.ofSeconds(2))),
                        new InputConfig(
                                "b",
                                6,
                                Pull.UP,
                                false,
                                Duration.ofMillis(1),
                                new Kind.Encoder(7, 2)),
                        new InputConfig(
                                "c",
                                8,
                                Pull.NONE,
                                false,
                                Duration.ZERO,
                                new Kind.Counter(Duration.ofMillis(10), Duration.ofMinutes(1))));
    }

    @Test
    void keysOfAnotherKindAndPinsGivenTwiceAreMistakes() throws IOException {
        assertThat(
                        problems(
                                HEAD
                                        + """
                                        inputs:
                                          a: {pin: 5, steps: 4}
                                          b: {kind: encoder, pin: 6}
                                          c: {kind: encoder, pin: 7, pin-b: 7}
                                          d: {kind: encoder, pin: 8, pin-b: 9, steps: 3}
                                          e: {kind: counter, pin: 10, hold: 1s}
                                          f: {kind: dial, pin: 11}
                                        """))
                .satisfiesExactly(
                        p -> assertThat(p).startsWith("5:15: unknown key 'steps' in inputs.a"),
                        p -> assertThat(p).startsWith("6:3: inputs.b has no 'pin-b'"),
                        p ->
                                assertThat(p)
                                        .startsWith(
                                                "7:37: inputs.c.pin-b is pin 7, which is taken"),
                        p ->
                                assertThat(p)
                                        .startsWith("8:47: inputs.d.steps is '3': expected one of"),
                        p -> assertThat(p).startsWith("9:31: unknown key 'hold' in inputs.e"),
                        p ->
                                assertThat(p)
                                        .startsWith(
                                                "10:13: inputs.f.kind is 'dial': expected one of"));
    }

    @Test
    void onePinAsInputAndAsOutputIsRefused() throws IOException {
        assertThat(
                        problems(
                                HEAD
                                        + """
                                        inputs: {button: {pin: 27}}
                                        actuators: {relay: {driver: digital-output, pin: 27, safe: off}}
                                        """))
                .singleElement()
                .asString()
                .startsWith(
                        "5:50: actuators.relay.pin is pin 27, which is taken by inputs.button.pin");
    }

    @Test
    void aCounterNeedsAPlaceForItsTotal() throws IOException {
        assertThat(
                        problems(
                                """
                                device: {id: a}
                                broker: {url: "mqtt://127.0.0.1"}
                                inputs: {c: {kind: counter, pin: 8}}
                                """))
                .singleElement()
                .asString()
                .contains("write 'state: DIRECTORY'");
    }

    @Test
    void rulesNameTheEventsThatTheirInputHas() throws IOException {
        String inputs =
                """
                inputs:
                  a: {pin: 5}
                  b: {kind: encoder, pin: 6, pin-b: 7}
                  c: {kind: counter, pin: 8}
                actuators:
                  relay: {driver: digital-output, pin: 9, safe: off}
                rules:
                """;
        AgentConfig config =
                valid(
                        inputs
                                + """
                                  x: {when: a.short-long, do: relay on}
                                  y: {when: b.counterclockwise, do: relay on}
                                """);
        assertThat(config.rules().get(0).when())
                .isEqualTo(new When.Event("a", Gestures.Kind.PATTERN, 0b101));
        assertThat(config.rules().get(1).when())
                .isEqualTo(new When.Event("b", Gestures.Kind.COUNTERCLOCKWISE, 1));
        assertThat(
                        problems(
                                HEAD
                                        + inputs
                                        + """
                                          u: {when: a.clockwise, do: relay on}
                                          v: {when: a.short-short, do: relay on}
                                          w: {when: b.press, do: relay on}
                                          x: {when: c.press, do: relay on}
                                        """))
                .satisfiesExactly(
                        p ->
                                assertThat(p)
                                        .contains(
                                                "11:13: rules.u.when names the event 'clockwise'"),
                        p -> assertThat(p).contains("or short and long such as short-long"),
                        p -> assertThat(p).contains("expected one of clockwise, counterclockwise"),
                        p -> assertThat(p).contains("a counter sets nothing off"));
    }
}
