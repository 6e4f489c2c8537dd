package dev.pipit.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.driver.ActuatorType;
import dev.pipit.driver.SensorType;
import dev.pipit.driver.gpio.CoverType;
import dev.pipit.driver.gpio.ValveType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Keeps {@code docs/configuration.md} equal to what the descriptions that check a file say. To
 * write it anew: {@code mvn test -pl device-firmware -am -Dtest=ConfigurationReferenceTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dpipit.reference=write}.
 */
final class ConfigurationReferenceTest {
    private static final Path REFERENCE = Path.of("docs", "configuration.md");

    private static final String EXAMPLE =
            """
            device: {id: greenhouse}
            broker: {url: "mqtt://127.0.0.1:1883"}
            sensors:
              air:    {driver: bme280, bus: i2c-1, address: 0x76, every: 1s}
            inputs:
              button: {pin: 17, pull: up, active: low, debounce: 20ms}
            actuators:
              relay:  {driver: digital-output, pin: 27, safe: off}
            """;

    @TempDir Path folder;

    @Test
    void theReferenceSaysWhatTheDescriptionsSay() throws IOException {
        String expected = reference(Drivers.installed());
        if ("write".equals(System.getProperty("pipit.reference"))) {
            Files.createDirectories(REFERENCE.getParent());
            Files.writeString(REFERENCE, expected);
        }
        assertThat(Files.readString(REFERENCE))
                .as(
                        "docs/configuration.md is out of date: run this test with"
                                + " -Dpipit.reference=write")
                .isEqualTo(expected);
    }

    @Test
    void theExampleOfTheReferenceIsValid() throws IOException {
        Path file = folder.resolve("pipit.yaml");
        Files.writeString(file, EXAMPLE);
        assertThat(ConfigFile.load(file, Drivers.installed()))
                .isInstanceOf(ConfigFile.Result.Valid.class);
    }

    @Test
    void everyExampleOfAKeyIsWhatItsFormTakes() {
        for (List<Key> keys :
                List.of(
                        FileKeys.DEVICE,
                        FileKeys.BROKER,
                        InputKeys.INPUT,
                        InputKeys.BUTTON,
                        InputKeys.ENCODER,
                        InputKeys.COUNTER,
                        FileKeys.GROUP,
                        ActuatorKeys.ACTUATOR,
                        ActuatorKeys.RULES,
                        FileKeys.SIGNING,
                        FileKeys.CONTROL,
                        FileKeys.SPOOL,
                        FileKeys.HOME_ASSISTANT,
                        ActuatorKeys.REQUIREMENT,
                        ChannelKeys.SENSOR,
                        ChannelKeys.CHANNEL,
                        ChannelKeys.FILTER)) {
            for (Key key : keys) {
                String example = key.example();
                assertThat(example).as(key.name()).isNotEmpty();
                if (!example.startsWith("[") && !example.startsWith("{")) {
                    key.form().parse(example.replace("\"", ""));
                }
            }
        }
    }

    private static String reference(Drivers drivers) {
        StringBuilder out = new StringBuilder();
        out.append(
                """
                # Configuration

                <!-- Written by ConfigurationReferenceTest from the descriptions that check the file: do not edit. -->

                One YAML 1.2 file of up to 256 KiB in UTF-8. `deploy/pipit check FILE` prints every mistake in it
                at once, as `file:line:column: what is wrong, what was expected`. A file with a mistake is refused
                whole: there is no falling back to defaults. `off` is a word here, not a truth value; anchors,
                aliases and tags are not used.

                ```yaml
                """);
        out.append(EXAMPLE);
        out.append(
                """
                ```

                Durations carry their unit: `20ms`, `1.5s`, `10m`, `2h`, `7d`. Pins are BCM numbers. Names of
                sensors, inputs and actuators are 1 to 32 lower-case letters, digits, `-` and `_`, start with a
                letter, and are unique among all three.

                """);
        section(out, "##", "The file", FileKeys.FILE);
        section(out, "##", "`device`", FileKeys.DEVICE);
        section(out, "##", "`broker`", FileKeys.BROKER);
        out.append(
                """
                An unencrypted connection (`mqtt`, `ws`) to another machine is refused unless `insecure: true` says
                that the network is trusted. User names and passwords do not belong into a URL.

                """);
        section(out, "##", "`spool`", FileKeys.SPOOL);
        section(out, "##", "`home-assistant`", FileKeys.HOME_ASSISTANT);
        out.append("## `sensors`\n\n`sensors: {NAME: {driver: DRIVER, ...}}`\n\n");
        for (SensorType type : drivers.sensors().values()) {
            section(
                    out,
                    "###",
                    "`driver: " + type.name() + "`",
                    type.summary()
                            + " Read every "
                            + dev.pipit.driver.Millis.format(type.usualInterval().toMillis())
                            + " unless configured.",
                    SensorKeys.of(type));
        }
        section(
                out,
                "###",
                "Entries of `channels`",
                """
                `channels: {NAME: {...}}` for any sensor. `NAME` is a channel of the driver, or, with `from`, a new \
                one made of it. A reading is reported whole as soon as one channel asks for it; a channel without a \
                `delta` beside one that has one goes along. What stands at the sensor counts for every channel that \
                does not say otherwise. Rules and interlocks see every reading, after the filters.\
                """,
                ChannelKeys.CHANNEL);
        section(
                out,
                "####",
                "Entries of `filters`",
                """
                One filter per entry, up to eight, in the order in which they work, in the channel's unit. After a \
                fault they start afresh. `deploy/pipit check FILE` says by how much they make a channel late.\
                """,
                ChannelKeys.FILTER);
        section(out, "##", "`inputs`", "`inputs: {NAME: {pin: PIN, ...}}`", InputKeys.INPUT);
        section(out, "###", "`kind: button`", "The keys above, and:", InputKeys.BUTTON);
        section(out, "###", "`kind: encoder`", "The keys above, and:", InputKeys.ENCODER);
        section(out, "###", "`kind: counter`", "The keys above, and:", InputKeys.COUNTER);
        section(out, "##", "`groups`", "`groups: {NAME: {members: [NAME, ...]}}`", FileKeys.GROUP);
        section(out, "##", "`rules`", "`rules: {NAME: {when: ..., do: ...}}`", FileKeys.LOCAL_RULE);
        section(
                out,
                "##",
                "`signing`",
                """
                `signing: {KEY-ID: {...}}`. Where there are keys, every device verb but `safe` must be signed.\
                """,
                FileKeys.SIGNING);
        section(
                out,
                "##",
                "`control`",
                "`control: {VERB: [ROLE, ...]}`. Anybody may send `safe`.",
                FileKeys.CONTROL);
        out.append("## `actuators`\n\n`actuators: {NAME: {driver: DRIVER, ...}}`\n\n");
        section(out, "###", "Keys that every actuator has", ActuatorKeys.ACTUATOR);
        section(out, "###", "What every actuator may be held to", ActuatorKeys.RULES);
        section(out, "####", "Entries of `requires`", ActuatorKeys.REQUIREMENT);
        for (ActuatorType type : drivers.actuators().values()) {
            section(
                    out,
                    "###",
                    "`driver: " + type.name() + "`",
                    type.summary() + "." + note(type) + " The keys above, and:",
                    type.options().stream().map(Key::of).toList());
        }
        return out.toString().strip() + "\n";
    }

    private static String note(ActuatorType type) {
        return type instanceof CoverType || type instanceof ValveType
                ? """
                 `safe: close` or `open` moves it there while the agent lives, with `safe: stop` it stays where it \
                is. At the end of the process, however it ends, both relays go off and it stops where it is: what \
                must close without power or agent needs a spring.\
                """
                : "";
    }

    private static void section(StringBuilder out, String level, String title, List<Key> keys) {
        section(out, level, title, "", keys);
    }

    private static void section(
            StringBuilder out, String level, String title, String text, List<Key> keys) {
        out.append(level).append(' ').append(title).append("\n\n");
        if (!text.isEmpty()) {
            out.append(text).append("\n\n");
        }
        if (keys.isEmpty()) {
            return;
        }
        out.append(
                "| key | what may be written | where nothing is written | meaning | example |\n");
        out.append("|---|---|---|---|---|\n");
        for (Key key : keys) {
            String usual = key.usual();
            out.append("| `").append(key.name()).append("` | ");
            out.append(escaped(key.form().inWords())).append(" | ");
            out.append(key.required() ? "**required**" : usual == null ? "-" : "`" + usual + "`");
            out.append(" | ").append(escaped(key.summary())).append(" | ");
            out.append(key.example().isEmpty() ? "" : "`" + key.example() + "`").append(" |\n");
        }
        out.append('\n');
    }

    private static String escaped(String text) {
        return text.replace("|", "\\|").replace("<", "&lt;");
    }
}
