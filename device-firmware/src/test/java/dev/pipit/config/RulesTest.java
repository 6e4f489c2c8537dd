package dev.pipit.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.actuation.Condition;
import dev.pipit.actuation.Rules;
import dev.pipit.command.Access;
import dev.pipit.config.ConfigFile.Result;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RulesTest {
    private static final String HEAD =
            """
            device: {id: a}
            broker: {url: "mqtt://localhost"}
            sensors:
              tank: {driver: cpu}
            actuators:
              valve: {driver: switch, pin: 5, safe: off}
              fan: {driver: dimmer, pin: 6, safe: 20}
            """;

    private static final long S = 1_000_000_000;

    @TempDir Path folder;

    @Test
    void anActuatorWithoutRulesHasTheUsualOnes() throws IOException {
        ActuatorConfig valve = valid("").actuators().getFirst();
        assertThat(valve.rules()).isEqualTo(Rules.usual(0, 0, 1));
        assertThat(valve.access()).isEqualTo(Access.USUAL);
        assertThat(valid("").actuators().get(1).rules()).isEqualTo(Rules.usual(200, 0, 1000));
    }

    @Test
    void everyRuleReachesTheGuard() throws IOException {
        ActuatorConfig pump =
                valid(
                                """
                                  pump:
                                    driver: dimmer
                                    pin: 13
                                    safe: 10
                                    min: 10
                                    max: 80.5
                                    lease: 30s
                                    longest-lease: 5m
                                    on-disconnect: safe
                                    max-on: 10m
                                    min-on: 1s
                                    min-off: 2s
                                    switches-per-hour: 6
                                    ramp: 5s
                                    excludes: [fan]
                                    dead-time: 500ms
                                    requires:
                                      - {output: valve, is: on}
                                      - {sensor: tank.level, above: 0.2, below: 5}
                                      - {sensor: tank.level, below: -1.5, max-age: 3s}
                                    latch: true
                                    critical: true
                                    commands-per-second: 5
                                """)
                        .actuators()
                        .get(2);
        assertThat(pump.rules())
                .isEqualTo(
                        new Rules(
                                100,
                                100,
                                805,
                                30 * S,
                                300 * S,
                                false,
                                true,
                                600 * S,
                                S,
                                2 * S,
                                6,
                                5 * S,
                                List.of("fan"),
                                S / 2,
                                List.of(
                                        new Condition.OutputIs("valve", 1, 1),
                                        new Condition.Measured(
                                                "tank.level",
                                                new BigDecimal("0.2"),
                                                new BigDecimal("5"),
                                                10 * S),
                                        new Condition.Measured(
                                                "tank.level", null, new BigDecimal("-1.5"), 3 * S)),
                                true));
        assertThat(pump.access()).isEqualTo(new Access(true, 20, 5, Set.of()));
    }

    @Test
    void oneRequirementNeedsNoList() throws IOException {
        assertThat(
                        valid(
                                        "  x: {driver: switch, pin: 7, safe: off, requires: {output: fan, is: 20}}\n")
                                .actuators()
                                .get(2)
                                .rules()
                                .conditions())
                .containsExactly(new Condition.OutputIs("fan", 200, 200));
    }

    @Test
    void rulesThatContradictThemselvesAreRefused() throws IOException {
        assertThat(
                        problems(
                                """
                                  a: {driver: switch, pin: 10, safe: off, min: off, ramp: 1s}
                                  b: {driver: dimmer, pin: 11, safe: 5, min: 10}
                                  c: {driver: dimmer, pin: 12, safe: 5, min: 10, max: 10}
                                  d: {driver: switch, pin: 13, safe: off, hold: true, lease: 5s}
                                  e: {driver: switch, pin: 14, safe: off, lease: 5s, longest-lease: 4s}
                                  f: {driver: switch, pin: 15, safe: off, max-on: 1s, min-on: 2s}
                                  g: {driver: switch, pin: 16, safe: off, dead-time: 1s}
                                  h: {driver: switch, pin: 17, safe: off, lease: 2d}
                                """))
                .containsExactly(
                        "8:48: actuators.a.min means nothing for an output that is on or off",
                        "8:59: actuators.a.ramp means nothing for an output that is on or off",
                        "10:55: actuators.c.max is not above 'min'",
                        "11:62: actuators.d.lease stands beside 'hold: true', which means no lease: delete one",
                        "12:69: actuators.e.longest-lease makes 'lease' longer than 'longest-lease'",
                        "13:51: actuators.f.max-on is shorter than 'min-on', 2s: expected at least that",
                        "14:54: actuators.g.dead-time stands without 'excludes': between what shall it lie?",
                        "15:50: actuators.h.lease makes 'lease' longer than 'longest-lease'");
    }

    @Test
    void namesInRulesMustExist() throws IOException {
        assertThat(
                        problems(
                                """
                                  a: {driver: switch, pin: 10, safe: off, excludes: [fam, a]}
                                  b: {driver: switch, pin: 11, safe: off, requires: {output: vale, is: on}}
                                  c: {driver: switch, pin: 12, safe: off, requires: {sensor: tonk.level, above: 1}}
                                  d: {driver: switch, pin: 13, safe: off, requires: {output: valve, is: 5}}
                                """))
                .containsExactly(
                        "8:54: actuators.a.excludes is 'fam': expected an actuator: valve, fan, a, b, c, d; did"
                                + " you mean 'fan'?",
                        "8:59: actuators.a.excludes is the actuator itself: expected another",
                        "9:62: actuators.b.requires.output is 'vale': expected an actuator: valve, fan, a, b,"
                                + " c, d; did you mean 'valve'?",
                        "10:62: actuators.c.requires.sensor is 'tonk': expected a sensor: tank; did you mean"
                                + " 'tank'?",
                        "11:73: actuators.d.requires.is is '5': expected on or off");
    }

    @Test
    void requirementsAreOfOneKindAndComplete() throws IOException {
        assertThat(
                        problems(
                                """
                                  a: {driver: switch, pin: 10, safe: off, requires: {}}
                                  b: {driver: switch, pin: 11, safe: off, requires: {output: fan}}
                                  c: {driver: switch, pin: 12, safe: off, requires: {sensor: tank.level}}
                                  d: {driver: switch, pin: 13, safe: off, requires: {sensor: tank}}
                                  e: {driver: switch, pin: 14, safe: off, requires: {sensor: tank.level, above: 2, below: 1}}
                                  f: {driver: switch, pin: 15, safe: off, requires: 5}
                                """))
                .containsExactly(
                        "8:53: actuators.a.requires needs either 'output' with 'is', or 'sensor' with 'above'"
                                + " or 'below'",
                        "9:62: actuators.b.requires.output needs 'is', and none of 'above', 'below', 'max-age'",
                        "10:62: actuators.c.requires.sensor needs 'above' or 'below', and no 'is'",
                        "11:62: actuators.d.requires.sensor is 'tank': expected SENSOR.CHANNEL",
                        "12:91: actuators.e.requires.below is less than 'above': nothing lies between",
                        "13:53: actuators.f.requires is '5': expected keys: output, is, sensor, above, below,"
                                + " max-age");
    }

    @Test
    void outputsThatRequireEachOtherCouldNeverGoOn() throws IOException {
        assertThat(
                        problems(
                                """
                                  a: {driver: switch, pin: 10, safe: off, requires: {output: b, is: on}}
                                  b: {driver: switch, pin: 11, safe: off, requires: {output: a, is: on}}
                                """))
                .containsExactly(
                        "8:62: actuators.a requires what requires it: neither could ever go on",
                        "9:62: actuators.b requires what requires it: neither could ever go on");
        valid(
                """
                  a: {driver: switch, pin: 10, safe: off, requires: {output: b, is: off}}
                  b: {driver: switch, pin: 11, safe: off, requires: {output: a, is: off}}
                """);
    }

    private Result load(String actuators) throws IOException {
        Path file = folder.resolve("pipit.yaml");
        Files.writeString(file, HEAD + actuators);
        return ConfigFile.load(file, FakeDrivers.ALL);
    }

    private AgentConfig valid(String actuators) throws IOException {
        Result result = load(actuators);
        assertThat(result).isInstanceOf(Result.Valid.class);
        return ((Result.Valid) result).config();
    }

    private List<String> problems(String actuators) throws IOException {
        Result result = load(actuators);
        assertThat(result).isInstanceOf(Result.Invalid.class);
        String file = folder.resolve("pipit.yaml").toString();
        return ((Result.Invalid) result)
                .problems().stream()
                        .map(p -> p.toString().substring(file.length() + 1).strip())
                        .toList();
    }
}
