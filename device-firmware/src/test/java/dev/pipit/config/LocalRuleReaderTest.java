package dev.pipit.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.command.Gestures;
import dev.pipit.command.LocalRule;
import dev.pipit.command.LocalRule.When;
import dev.pipit.command.Order;
import dev.pipit.config.ConfigFile.Result;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalRuleReaderTest {
    private static final long S = 1_000_000_000;
    private static final String HEAD =
            """
            device: {id: a}
            broker: {url: 'mqtt://localhost'}
            sensors: {air: {driver: weather}}
            inputs: {button: {pin: 17}}
            actuators:
              relay: {driver: switch, pin: 5, safe: off, max-on: 10m}
              fan: {driver: dimmer, pin: 6, safe: 0, max: 80}
            rules:
            """;

    @TempDir Path folder;

    @Test
    void everyKindOfRuleIsRead() throws IOException {
        List<LocalRule> rules =
                ((Result.Valid)
                                load(
                                        """
                                          a: {when: button.press, do: relay.on for 5m}
                                          b: {when: button.double, do: fan 45.5}
                                          c: {when: air.temperature above 30.5 hysteresis 2 for 10s, do: fan 80}
                                          d: {when: air.temperature below -3, do: relay safe}
                                          e: {when: "time 06:30", do: relay on}
                                          f: {when: broker lost for 5m, do: relay off}
                                          g: {when: broker lost, do: relay off}
                                        """))
                        .config()
                        .rules();
        assertThat(rules.stream().map(LocalRule::when))
                .containsExactly(
                        new When.Event("button", Gestures.Kind.PRESS, 1),
                        new When.Event("button", Gestures.Kind.CLICK, 2),
                        new When.Threshold(
                                "air.temperature",
                                true,
                                new BigDecimal("30.5"),
                                new BigDecimal("2"),
                                10 * S),
                        new When.Threshold(
                                "air.temperature", false, new BigDecimal("-3"), BigDecimal.ZERO, 0),
                        new When.TimeOfDay(LocalTime.of(6, 30)),
                        new When.BrokerLost(300 * S),
                        new When.BrokerLost(0));
        assertThat(rules.stream().map(LocalRule::order))
                .containsExactly(
                        Order.pulse(1, 300 * S),
                        Order.of(455),
                        Order.of(800),
                        Order.SAFE,
                        Order.of(1),
                        Order.of(0),
                        Order.of(0));
        assertThat(rules.getFirst().text()).isEqualTo("button.press: relay.on for 5m");
    }

    @Test
    void mistakesInRulesAreExplained() throws IOException {
        assertThat(
                        problems(
                                """
                                  a: {when: buton.press, do: relay on}
                                  b: {when: button.pres, do: relay on}
                                  c: {when: air.temperature over 30, do: relay on}
                                  d: {when: "time 24:00", do: relay on}
                                  e: {when: button.press, do: rely on}
                                  f: {when: button.press, do: relay blue}
                                  g: {when: button.press, do: fan 90}
                                  h: {when: button.press, do: relay on for 11m}
                                  i: {when: button.press, do: relay on for ever}
                                  j: {when: button.press, do: relay}
                                  k: {do: relay on}
                                """))
                .satisfiesExactly(
                        p ->
                                assertThat(p)
                                        .contains(
                                                "when names 'buton': expected an input: button; did you mean"),
                        p ->
                                assertThat(p)
                                        .contains("when names the event 'pres'")
                                        .endsWith("did you mean 'press'?"),
                        p ->
                                assertThat(p)
                                        .contains(
                                                "when is 'air.temperature over 30': expected INPUT.EVENT"),
                        p -> assertThat(p).contains("when is 'time 24:00'"),
                        p ->
                                assertThat(p)
                                        .contains(
                                                "do names 'rely': expected an actuator: relay, fan; did you"),
                        p -> assertThat(p).contains("do asks for 'blue': expected on or off"),
                        p ->
                                assertThat(p)
                                        .contains(
                                                "do asks for a value outside the actuator's 'min' and 'max'"),
                        p -> assertThat(p).contains("do asks for longer than"),
                        p -> assertThat(p).contains("do says for 'ever'"),
                        p -> assertThat(p).contains("do is 'relay': expected ACTUATOR VALUE"),
                        p -> assertThat(p).contains("rules.k has no 'when'"));
    }

    private Result load(String rules) throws IOException {
        Path file = folder.resolve("pipit.yaml");
        Files.writeString(file, HEAD + rules);
        return ConfigFile.load(file, FakeDrivers.ALL);
    }

    private List<String> problems(String rules) throws IOException {
        return ((Result.Invalid) load(rules)).problems().stream().map(Problem::toString).toList();
    }
}
