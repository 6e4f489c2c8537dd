package dev.pipit.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.board.BoardSettings;
import dev.pipit.config.ConfigFile.Result;
import dev.pipit.driver.Location;
import dev.pipit.driver.Wiring.Pull;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigFileTest {
    private static final String HEAD =
            """
            device: {id: greenhouse}
            broker: {url: "mqtt://127.0.0.1:1883"}
            """;

    @TempDir Path folder;

    @Test
    void theSketchOfTheReadmeIsRead() throws IOException {
        AgentConfig config =
                valid(
                        HEAD
                                + """
                                sensors:
                                  air:    {driver: weather, bus: i2c-1, address: 0x76, every: 1s}
                                inputs:
                                  button: {pin: 17, pull: up, active: low, debounce: 20ms}
                                actuators:
                                  relay:  {driver: switch, pin: 27, safe: off}
                                """);

        assertThat(config.device()).isEqualTo(new DeviceConfig("greenhouse", "pipit"));
        assertThat(config.broker()).isEqualTo(BrokerConfig.at(URI.create("mqtt://127.0.0.1:1883")));
        SensorConfig air = config.sensors().getFirst();
        assertThat(air.name()).isEqualTo("air");
        assertThat(air.type()).isSameAs(FakeDrivers.WEATHER);
        assertThat(air.location()).isEqualTo(Location.i2c(1, 0x76));
        assertThat(air.every()).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.inputs())
                .containsExactly(
                        new InputConfig("button", 17, Pull.UP, true, Duration.ofMillis(20)));
        ActuatorConfig relay = config.actuators().getFirst();
        assertThat(relay.type()).isSameAs(FakeDrivers.SWITCH);
        assertThat(relay.pin()).isEqualTo(27);
        assertThat(relay.safe()).isZero();
        assertThat(config.board()).isNull();
    }

    @Test
    void whatIsNotWrittenHasItsUsualValue() throws IOException {
        AgentConfig config =
                valid(
                        HEAD
                                + """
                                board: simulated
                                sensors:
                                  air: {driver: weather}
                                  light: {driver: converter}
                                  core: {driver: cpu}
                                inputs:
                                  button: {pin: 17}
                                """);

        SensorConfig air = config.sensors().getFirst();
        assertThat(air.location()).isEqualTo(Location.i2c(1, 0x77));
        assertThat(air.every()).isEqualTo(Duration.ofSeconds(10));
        assertThat(air.options().text("filter")).isEqualTo("off");
        assertThat(air.options().whole("oversampling")).isEqualTo(1);
        assertThat(air.options().flag("heater")).isFalse();
        assertThat(air.options().millis("warm-up")).isEqualTo(1000);
        assertThat(config.sensors().get(1).location()).isEqualTo(Location.spi(0, 0));
        assertThat(config.sensors().get(2).location()).isEqualTo(Location.kernel());
        assertThat(config.inputs())
                .containsExactly(
                        new InputConfig("button", 17, Pull.NONE, false, Duration.ofMillis(20)));
        assertThat(config.board()).isEqualTo(BoardChoice.SIMULATED);
    }

    @Test
    void everyMistakeIsReportedAtOnceInTheOrderOfTheFile() throws IOException {
        String text =
                """
                device: {id: "green house", rot: x}
                broker: {url: "mqtt://broker.example", keep-alive: 1500ms}
                sensors:
                  air:    {driver: wether, every: 1s}
                  soil:   {driver: weather, address: 0x40, every: 5}
                  water:  {driver: weather, adress: 0x76, oversampling: 17}
                inputs:
                  button: {pin: 28, pull: on}
                  button: {pin: 4}
                actuators:
                  relay:  {driver: switch, pin: 27}
                  fan:    {driver: dimmer, pin: 27, safe: fast}
                colour: green
                """;

        assertThat(problems(text))
                .containsExactly(
                        "1:14: device.id is 'green house': expected 1 to 23 letters, digits, '-' and '_'",
                        "1:29: unknown key 'rot' in device: expected one of id, root; did you mean 'root'?",
                        "2:15: broker.url is not encrypted and leaves this machine: use mqtts, or write"
                                + " 'insecure: true' beside it if the network is trusted",
                        "2:52: broker.keep-alive is not a whole number of seconds, which is all that MQTT can"
                                + " say",
                        "4:20: sensors.air.driver is 'wether': expected a sensor driver: converter, cpu,"
                                + " weather; did you mean 'weather'?",
                        "5:38: sensors.soil.address is 0x40: expected an address that this chip can have:"
                                + " 0x76, 0x77",
                        "5:51: sensors.soil.every is '5': expected a duration from 10ms to 7d with its unit: ms, s, m, h or d; did you mean '5s' or '5ms'?",
                        "6:29: unknown key 'adress' in sensors.water: expected one of driver, bus, address,"
                                + " every, batch, batch-age, keep, live, delta, heartbeat, throttle, channels, filter,"
                                + " oversampling, heater, warm-up; did you mean 'address'?",
                        "6:57: sensors.water.oversampling is '17': expected a whole number from 1 to 16",
                        "8:17: inputs.button.pin is '28': expected a whole number from 0 to 27, or the name of a GPIO line, or CHIP/LINE",
                        "8:27: inputs.button.pull is 'on': expected one of up, down, none",
                        "9:3: inputs.button appears twice",
                        "11:3: actuators.relay has no 'safe': value that the output takes at start, at the end"
                                + " and whenever nobody vouches for another; expected a value of the actuator,"
                                + " for example 'safe: off'",
                        "12:33: actuators.fan.pin is pin 27, which is taken by actuators.relay.pin (line 11,"
                                + " column 33): one pin serves one purpose",
                        "12:43: actuators.fan.safe is 'fast': expected a number from 0 to 100 %",
                        "13:1: unknown key 'colour': expected one of device, broker, sensors, inputs,"
                                + " actuators, groups, rules, signing, format, health, home-assistant, control, state, spool, board, gpio-chip, buses");
    }

    @Test
    void theSafeValueIsRequiredAndInRange() throws IOException {
        assertThat(problems(HEAD + "actuators:\n  fan: {driver: dimmer, pin: 1, safe: 101}\n"))
                .containsExactly(
                        "4:39: actuators.fan.safe is '101': expected a number from 0 to 100 %");
        assertThat(problems(HEAD + "actuators:\n  fan: {driver: dimmer, pin: 1, safe: }\n"))
                .singleElement()
                .asString()
                .contains("actuators.fan.safe has no value");
    }

    @Test
    void anEmptyFileSaysWhatBelongsInIt() throws IOException {
        assertThat(problems("")).singleElement().asString().contains("the file is empty");
        assertThat(problems("# only a comment\n"))
                .singleElement()
                .asString()
                .contains("the file is empty");
        assertThat(problems("---\n")).hasSize(2).allMatch(p -> p.contains("has no '"));
    }

    @Test
    void aFileThatIsNoMappingSaysWhatWasExpected() throws IOException {
        assertThat(problems("- device\n"))
                .containsExactly(
                        "1:1: the file is a list: expected keys: device, broker, sensors, inputs, actuators,"
                                + " groups, rules, signing, format, health, home-assistant, control, state, spool, board, gpio-chip, buses");
        assertThat(problems("hello\n")).singleElement().asString().contains("the file is 'hello'");
    }

    @Test
    void sectionsOfTheWrongShapeAreNamed() throws IOException {
        assertThat(problems("device: greenhouse\nbroker: [a]\nsensors: 5\ninputs:\n"))
                .containsExactly(
                        "1:9: device is 'greenhouse': expected keys: id, root",
                        "2:9: broker is a list: expected keys: url, urls, username, password-file, ca-file,"
                                + " certificate-file, key-file, version, keep-alive, insecure",
                        "3:10: sensors is '5': expected names, each with its keys, for example 'sensors: {air:"
                                + " {driver: bme280}}'");
        assertThat(problems(HEAD + "sensors:\n  air: {driver: [weather]}\n"))
                .containsExactly(
                        "4:17: sensors.air.driver is a list: expected the name of a driver");
    }

    @Test
    void syntaxErrorsHaveTheirPositionAndAHint() throws IOException {
        assertThat(problems("device: {id: a\nbroker:\n"))
                .singleElement()
                .asString()
                .startsWith("2:7: syntax error")
                .endsWith("is a bracket not closed?");
        assertThat(problems("device:\n\tid: a\n"))
                .singleElement()
                .asString()
                .startsWith("2:1: syntax error")
                .contains("indent with spaces");
        assertThat(problems("device: {id: a}\n broker: {}\n"))
                .singleElement()
                .asString()
                .startsWith("2:");
    }

    @Test
    void namesOfTheDevicesOwnAlarmsAreTaken() throws IOException {
        for (String name : List.of("security", "spool")) {
            assertThat(problems(HEAD + "inputs:\n  " + name + ": {pin: 5}\n"))
                    .containsExactly(
                            "4:3: '"
                                    + name
                                    + "' is the device's own name for its alarms and events:"
                                    + " choose another");
        }
    }

    @Test
    void duplicateKeysNameTheFirstPlace() throws IOException {
        assertThat(problems("device: {id: a, id: b}\nbroker: {url: \"mqtt://localhost\"}\n"))
                .containsExactly("1:17: 'id' appears twice in device: first on line 1");
        assertThat(problems(HEAD + "device: {id: c}\n"))
                .containsExactly("3:1: 'device' appears twice: first on line 1");
    }

    @Test
    void namesAreSharedBySensorsInputsAndActuators() throws IOException {
        assertThat(
                        problems(
                                HEAD
                                        + "sensors: {fan: {driver: cpu}}\n"
                                        + "actuators: {fan: {driver: switch, pin: 5, safe: off}}\n"
                                        + "inputs: {Door: {pin: 6}}\n"))
                .containsExactly(
                        "4:13: 'fan' is taken by sensors.fan (line 3, column 11): names are shared by sensors,"
                                + " inputs and actuators; choose another",
                        "5:10: 'Door' in inputs: expected a name of up to 32 lower-case letters, digits, '-'"
                                + " and '_' that starts with a letter");
    }

    @Test
    void oneAddressServesOneChipButOneOnEachBus() throws IOException {
        assertThat(
                        problems(
                                HEAD
                                        + """
                                        sensors:
                                          a: {driver: weather, address: 0x76}
                                          b: {driver: weather, bus: i2c-0, address: 0x76}
                                          c: {driver: weather}
                                          d: {driver: weather, address: 119}
                                        """))
                .containsExactly(
                        "7:33: sensors.d is at address 0x77 of i2c-1, which is taken by sensors.c (line 6,"
                                + " column 3): give each chip its own");
    }

    @Test
    void linesByNameAndSettingsOfBusesReachTheBoard() throws IOException {
        AgentConfig config =
                valid(
                        HEAD
                                + """
                                inputs: {door: {pin: DOOR_1}}
                                actuators:
                                  lamp: {driver: switch, pin: gpio-expander/3, safe: off}
                                  fan: {driver: switch, pin: 5, safe: off}
                                gpio-chip: pinctrl-rp1
                                buses: {i2c-1: {timeout: 500ms, retries: 3}, i2c-3: {}}
                                """);
        assertThat(config.inputs().getFirst().pin()).isEqualTo(-1);
        assertThat(config.actuators().getFirst().pin()).isEqualTo(-2);
        assertThat(config.actuators().getLast().pin()).isEqualTo(5);
        assertThat(config.boardSettings())
                .isEqualTo(
                        new BoardSettings(
                                "pinctrl-rp1",
                                List.of("DOOR_1", "gpio-expander/3"),
                                Map.of(
                                        1,
                                        new BoardSettings.I2c(3, 500),
                                        3,
                                        BoardSettings.I2c.USUAL)));
        assertThat(config.boardSettings().words(-2)).isEqualTo("line gpio-expander/3");
    }

    @Test
    void aLineServesOnePurposeAndOnlyI2cBusesAreSet() throws IOException {
        assertThat(
                        problems(
                                HEAD
                                        + """
                                        inputs: {a: {pin: DOOR}, b: {pin: DOOR}}
                                        buses: {spi-0: {}, i2c-1: {timeout: 1ms, retries: 11}}
                                        """))
                .containsExactly(
                        "3:35: inputs.b.pin is line DOOR, which is taken by inputs.a.pin (line 3, column 19):"
                                + " one pin serves one purpose",
                        "4:9: buses.spi-0: expected an I2C bus: i2c-N",
                        "4:37: buses.i2c-1.timeout is '1ms': expected a duration from 10ms to 10s",
                        "4:51: buses.i2c-1.retries is '11': expected a whole number from 0 to 10");
    }

    @Test
    void thePinsOfABusInUseAreTaken() throws IOException {
        assertThat(
                        problems(
                                HEAD
                                        + "sensors: {a: {driver: weather}, b: {driver: converter}}\n"
                                        + "inputs: {x: {pin: 2}, y: {pin: 8}, z: {pin: 10}, w: {pin: 0}}\n"))
                .containsExactly(
                        "4:19: inputs.x.pin is pin 2, which is SDA of i2c-1, used by sensors.a (line 3, column"
                                + " 11): choose another pin",
                        "4:45: inputs.z.pin is pin 10, which is MOSI of spi-0, used by sensors.b (line 3,"
                                + " column 33): choose another pin");
    }

    @Test
    void aDriverUnderTheWrongSectionIsSentToTheRightOne() throws IOException {
        assertThat(problems(HEAD + "sensors: {a: {driver: switch}}\n"))
                .singleElement()
                .asString()
                .endsWith("'switch' belongs under 'actuators'");
    }

    @Test
    void wordsFromElsewhereAreTranslated() throws IOException {
        assertThat(problems(HEAD + "sensors: {a: {driver: cpu, interval: 5s}}\n"))
                .singleElement()
                .asString()
                .endsWith("did you mean 'every'?");
        assertThat(problems("device: {id: a}\nbroker: {host: localhost}\n"))
                .anyMatch(p -> p.endsWith("did you mean 'url'?"));
        assertThat(problems("device: {id: a}\nbroker: {url: 'mqtt://localhost', insecure: yes}\n"))
                .singleElement()
                .asString()
                .endsWith("expected true or false; did you mean 'true'?");
    }

    @Test
    void aliasesAnchorsAndTagsAreRefused() throws IOException {
        assertThat(problems("device: &d {id: a}\nbroker: *d\n"))
                .anyMatch(p -> p.startsWith("1:9: anchor '&d'"))
                .anyMatch(p -> p.startsWith("2:9: alias '*d'"));
        assertThat(
                        problems(
                                "device: !!java.lang.Runtime {id: a}\nbroker: {url: 'mqtt://localhost'}\n"))
                .singleElement()
                .asString()
                .startsWith("1:9: tag ");
    }

    @Test
    void anAliasBombCostsNothing() throws IOException {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 40; i++) {
            bomb.append("a" + i + ": &a" + i + " [*a" + (i - 1) + ", *a" + (i - 1) + "]\n");
        }
        assertThat(problems(bomb.toString())).hasSizeBetween(40, 100);
    }

    @Test
    void deepNestingIsRefusedBeforeTheStackEnds() throws IOException {
        assertThat(problems("a: " + "[".repeat(100_000)))
                .containsExactly("1:19: nested more than 16 levels deep");
        assertThat(problems("{".repeat(50_000)).getFirst()).contains("nested more than 16");
    }

    @Test
    void filesThatCannotBeReadSayWhy() throws IOException {
        Path missing = folder.resolve("missing.yaml");
        assertThat(ConfigFile.load(missing, FakeDrivers.ALL))
                .isEqualTo(
                        new Result.Invalid(
                                List.of(new Problem(missing, 0, 0, "there is no such file"))));
        assertThat(((Result.Invalid) ConfigFile.load(folder, FakeDrivers.ALL)).problems())
                .singleElement()
                .asString()
                .endsWith("this is a directory: expected a file");
        assertThat(problems("#" + "x".repeat(256 * 1024)))
                .containsExactly("the file is longer than 256 KiB: is it the right one?");
    }

    @Test
    void badEncodingIsShownWhereItStarts() throws IOException {
        Path file = folder.resolve("pipit.yaml");
        Files.write(file, "device:\n  id: gr\u00fcn\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(((Result.Invalid) ConfigFile.load(file, FakeDrivers.ALL)).problems())
                .containsExactly(
                        new Problem(file, 2, 9, "not UTF-8 from here on: save the file as UTF-8"));
        assertThat(problems("device: {id: a\u0007}\n"))
                .containsExactly("1:15: character U+0007 is not allowed in YAML: delete it");
    }

    @Test
    void aByteOrderMarkIsNoMistake() throws IOException {
        assertThat(valid("\uFEFF" + HEAD).device().id()).isEqualTo("greenhouse");
    }

    @Test
    void twoDocumentsAreOneTooMany() throws IOException {
        assertThat(problems(HEAD + "---\n" + HEAD))
                .singleElement()
                .asString()
                .startsWith("3:1: a second document starts here");
    }

    @Test
    void aPasswordComesFromAFileThatOnlyItsOwnerReads() throws IOException {
        Path secret = folder.resolve("secret");
        Files.writeString(secret, "pass word\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        String text =
                """
                device: {id: a}
                broker: {url: 'mqtt://localhost', username: u, password-file: secret}
                """;
        BrokerConfig broker = valid(text).broker();
        assertThat(broker.password()).isEqualTo("pass word");
        assertThat(broker.toString()).doesNotContain("pass word");

        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(problems(text))
                .singleElement()
                .asString()
                .contains("broker.password-file is open to others than its owner: run 'chmod 600 ")
                .doesNotContain("pass word");
        Files.delete(secret);
        assertThat(problems(text)).singleElement().asString().contains("cannot be read");
    }

    @Test
    void theHashTellsTwoFilesApart() throws IOException {
        String first = ((Result.Valid) load(HEAD)).hash();
        assertThat(first).matches("[0-9a-f]{16}");
        assertThat(((Result.Valid) load(HEAD)).hash()).isEqualTo(first);
        assertThat(((Result.Valid) load(HEAD + "\n")).hash()).isNotEqualTo(first);
    }

    private Result load(String text) throws IOException {
        Path file = folder.resolve("pipit.yaml");
        Files.writeString(file, text);
        return ConfigFile.load(file, FakeDrivers.ALL);
    }

    private AgentConfig valid(String text) throws IOException {
        Result result = load(text);
        assertThat(result).isInstanceOf(Result.Valid.class);
        return ((Result.Valid) result).config();
    }

    /** Without the file's name. */
    private List<String> problems(String text) throws IOException {
        Result result = load(text);
        assertThat(result).isInstanceOf(Result.Invalid.class);
        String file = folder.resolve("pipit.yaml").toString();
        return ((Result.Invalid) result)
                .problems().stream()
                        .map(p -> p.toString().substring(file.length() + 1).strip())
                        .toList();
    }
}
