package dev.pipit.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.command.Access;
import dev.pipit.command.Order;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GroupReaderTest {
    private static final String KEY = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    private static final String HEAD =
            """
            device: {id: a}
            broker: {url: "mqtt://127.0.0.1"}
            state: state
            signing:
              ops: {public-key: KEY, roles: [operator, guest, owner]}
            actuators:
              left: {driver: pwm, pin: 12, safe: 0, max: 80, critical: true, roles: [operator, owner]}
              right: {driver: pwm, pin: 13, safe: 0, commands-per-second: 3, roles: [guest, operator]}
              door: {driver: pwm, pin: 18, safe: 0, roles: [guest]}
              free: {driver: pwm, pin: 19, safe: 0, max-on: 1m, excludes: [left]}
              relay: {driver: digital-output, pin: 27, safe: off}
            """
                    .replace("KEY", KEY);

    @TempDir Path folder;

    private ConfigFile.Result load(String text) throws IOException {
        Path file = folder.resolve("pipit.yaml");
        Files.writeString(file, HEAD + text);
        return ConfigFile.load(file, Drivers.installed());
    }

    private AgentConfig valid(String text) throws IOException {
        ConfigFile.Result result = load(text);
        if (result instanceof ConfigFile.Result.Valid valid) {
            return valid.config();
        }
        throw new AssertionError(result.toString());
    }

    private List<String> problems(String text) throws IOException {
        return load(text) instanceof ConfigFile.Result.Invalid invalid
                ? invalid.problems().stream()
                        .map(p -> p.line() + ":" + p.column() + ": " + p.message())
                        .toList()
                : List.of();
    }

    @Test
    void aGroupAllowsWhatItsStrictestMembersAllow() throws IOException {
        assertThat(
                        valid(
                                        """
                                        groups:
                                          lights: {members: [left, right]}
                                          all: {members: [right, free]}
                                        """)
                                .groups())
                .containsExactly(
                        new GroupConfig(
                                "lights",
                                List.of("left", "right"),
                                new Access(true, 20, 3, Set.of("operator"))),
                        new GroupConfig(
                                "all",
                                List.of("right", "free"),
                                new Access(false, 20, 3, Set.of("guest", "operator"))));
    }

    @Test
    void membersThatDoNotBelongTogetherAreMistakes() throws IOException {
        assertThat(
                        problems(
                                """
                                groups:
                                  a: {members: [left, lift]}
                                  b: {members: [left, left]}
                                  c: {members: [left, relay]}
                                  d: {members: [left, free]}
                                  e: {members: [left, right, door]}
                                  left: {members: [right]}
                                  f: {}
                                """))
                .satisfiesExactly(
                        p ->
                                assertThat(p)
                                        .startsWith(
                                                "13:23: groups.a.members is 'lift': expected an actuator"),
                        p -> assertThat(p).startsWith("14:23: groups.b.members names 'left' twice"),
                        p ->
                                assertThat(p)
                                        .startsWith(
                                                "15:16: groups.c.members take different values: 'left' a number"),
                        p ->
                                assertThat(p)
                                        .startsWith(
                                                "16:16: groups.d.members 'free' and 'left' exclude each other"),
                        p ->
                                assertThat(p)
                                        .startsWith(
                                                "17:16: groups.e.members have no role in common"),
                        p -> assertThat(p).startsWith("18:3: 'left' is taken by actuators.left"),
                        p -> assertThat(p).startsWith("19:3: groups.f has no 'members'"));
    }

    @Test
    void aRuleMayCommandAGroupWithinTheLimitsOfEveryMember() throws IOException {
        String groups =
                "inputs: {button: {pin: 5}}\ngroups: {lights: {members: [left, right]}, all: {members: [right, free]}}\n";
        assertThat(
                        valid(groups + "rules: {a: {when: button.press, do: lights 50 for 5s}}\n")
                                .rules()
                                .getFirst()
                                .order())
                .isEqualTo(Order.pulse(500, 5_000_000_000L));
        assertThat(
                        problems(
                                groups
                                        + """
                                        rules:
                                          a: {when: button.press, do: lights 90}
                                          b: {when: button.press, do: all 50 for 2m}
                                          c: {when: button.press, do: none 50}
                                        """))
                .satisfiesExactly(
                        p -> assertThat(p).contains("outside the actuator's 'min' and 'max'"),
                        p ->
                                assertThat(p)
                                        .contains(
                                                "longer than the actuator's 'longest-lease' or 'max-on'"),
                        p -> assertThat(p).contains("names 'none': expected an actuator"));
    }
}
