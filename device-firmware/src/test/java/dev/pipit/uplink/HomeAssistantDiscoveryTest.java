package dev.pipit.uplink;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.config.AgentConfig;
import dev.pipit.config.ConfigFile;
import dev.pipit.config.Drivers;
import dev.pipit.driver.Channel;
import dev.pipit.json.Json;
import dev.pipit.json.JsonException;
import dev.pipit.json.JsonWriter;
import dev.pipit.telemetry.FlatFrame;
import dev.pipit.telemetry.Reading;
import dev.pipit.telemetry.Schema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeAssistantDiscoveryTest {
    private static final String DEVICE =
            """
            device: {id: greenhouse}
            broker: {url: "mqtt://127.0.0.1"}
            state: .
            home-assistant: {name: Greenhouse, area: Garden}
            sensors:
              air: {driver: bme280, every: 10s}
              soil_probe: {driver: lm75, delta: 0.5}
            inputs:
              button: {pin: 5}
              knob: {pin: 6, kind: encoder, pin-b: 7}
              meter: {pin: 8, kind: counter}
            actuators:
              relay: {driver: digital-output, pin: 17, safe: off}
              lamp: {driver: pwm, pin: 18, safe: 0, max: 80}
              vent: {driver: fan, pin: 19, safe: 0}
              blind: {driver: cover, open-pin: 20, close-pin: 21, open-time: 20s, close-time: 20s, safe: stop}
              water: {driver: valve, open-pin: 22, close-pin: 23, open-time: 5s, close-time: 5s, safe: close}
              flap: {driver: servo, pin: 12, safe: off}
            """;

    private static final List<Schema> SCHEMAS =
            List.of(
                    new Schema(
                            3,
                            10_000,
                            1_000,
                            60,
                            List.of(
                                    Channel.of("temperature", "Cel", "0.01", 2, 2_000),
                                    Channel.of("humidity", "%RH", "0.01", 2, 5_000),
                                    Channel.of("pressure", "Pa", "1", 4, 101_325))),
                    new Schema(
                            4,
                            1_000,
                            1_000,
                            60,
                            List.of(Channel.of("temperature", "Cel", "0.0625", 2, 320))));

    /** The keys of any entity that pipit uses, then those of each platform. */
    private static final Set<String> ENTITY =
            Set.of(
                    "platform",
                    "unique_id",
                    "name",
                    "entity_category",
                    "device_class",
                    "message_expiry_interval");

    private static final Map<String, Set<String>> PLATFORMS =
            Map.of(
                    "sensor",
                    Set.of(
                            "state_topic",
                            "encoding",
                            "value_template",
                            "unit_of_measurement",
                            "state_class",
                            "suggested_display_precision",
                            "expire_after"),
                    "binary_sensor",
                    Set.of(
                            "state_topic",
                            "value_template",
                            "json_attributes_topic",
                            "json_attributes_template"),
                    "switch",
                    Set.of("state_topic", "command_topic", "payload_on", "payload_off"),
                    "number",
                    Set.of(
                            "state_topic",
                            "command_topic",
                            "value_template",
                            "min",
                            "max",
                            "step",
                            "mode",
                            "unit_of_measurement"),
                    "fan",
                    Set.of(
                            "state_topic",
                            "command_topic",
                            "payload_on",
                            "payload_off",
                            "state_value_template",
                            "percentage_command_topic",
                            "percentage_state_topic",
                            "percentage_value_template"),
                    "cover",
                    Set.of(
                            "command_topic",
                            "position_topic",
                            "position_template",
                            "set_position_topic",
                            "payload_open",
                            "payload_close",
                            "payload_stop"),
                    "valve",
                    Set.of(
                            "state_topic",
                            "command_topic",
                            "value_template",
                            "reports_position",
                            "payload_stop"),
                    "event",
                    Set.of("state_topic", "event_types", "value_template"),
                    "button",
                    Set.of("command_topic", "payload_press"));

    @TempDir Path folder;

    private String yaml = DEVICE;
    private Map<String, String> earlier = Map.of();

    private AgentConfig config() throws IOException {
        Path file = folder.resolve("pipit.yaml");
        Files.writeString(file, yaml);
        ConfigFile.Result result = ConfigFile.load(file, Drivers.installed());
        if (!(result instanceof ConfigFile.Result.Valid valid)) {
            throw new AssertionError(result.toString());
        }
        return valid.config();
    }

    private HomeAssistantDiscovery discovery() throws IOException {
        AgentConfig config = config();
        return new HomeAssistantDiscovery(
                requireNonNull(config.homeAssistant()), config, SCHEMAS, "1.2", earlier);
    }

    private Json.Obj message() throws IOException, JsonException {
        return Json.object(Json.parse(discovery().message(), 1 << 16), "discovery");
    }

    private static Json.Obj in(Json.Obj json, String key) throws JsonException {
        return Json.object(json.get(key), key);
    }

    private Json.Obj component(String key) throws IOException, JsonException {
        return in(in(message(), "components"), key);
    }

    @Test
    void everyComponentHasAPlatformAnIdentityOfItsOwnAndNoKeyThatItsPlatformDoesNotKnow()
            throws Exception {
        Json.Obj components = in(message(), "components");
        Set<String> identities = new HashSet<>();
        for (String key : components.members().keySet()) {
            Json.Obj component = in(components, key);
            Set<String> unknown = new HashSet<>(component.members().keySet());
            unknown.removeAll(ENTITY);
            unknown.removeAll(requireNonNull(PLATFORMS.get(component.string("platform"))));
            assertThat(unknown).as(key).isEmpty();
            assertThat(identities.add(component.string("unique_id"))).as(key).isTrue();
            assertThat(component.string("name")).isNotEmpty();
        }
        assertThat(components.members().keySet())
                .contains(
                        "sensor.air.temperature",
                        "sensor.air.pressure",
                        "sensor.soil_probe.temperature",
                        "event.button",
                        "event.knob",
                        "sensor.meter",
                        "switch.relay",
                        "number.lamp",
                        "fan.vent",
                        "cover.blind",
                        "valve.water",
                        "number.flap",
                        "binary_sensor.air.alarm",
                        "binary_sensor.relay.alarm",
                        "binary_sensor.spool.alarm",
                        "binary_sensor.security.alarm",
                        "button.control.safe",
                        "button.control.restart");
    }

    /** The root is a closed schema: one key that it does not know loses the whole message. */
    @Test
    void theRootHasWhatHomeAssistantAsksForAndNothingElse() throws Exception {
        Json.Obj message = message();
        assertThat(message.members().keySet())
                .containsExactlyInAnyOrder(
                        "device",
                        "origin",
                        "availability_topic",
                        "availability_template",
                        "payload_available",
                        "payload_not_available",
                        "qos",
                        "components");
        Json.Obj device = in(message, "device");
        assertThat(device.array("identifiers")).hasSize(1);
        assertThat(device.string("name")).isEqualTo("Greenhouse");
        assertThat(device.string("suggested_area")).isEqualTo("Garden");
        assertThat(in(message, "origin").string("name")).isEqualTo("pipit");
        assertThat(
                        HomeAssistantDiscovery.topic(
                                        requireNonNull(config().homeAssistant()), "greenhouse")
                                .toString())
                .isEqualTo("homeassistant/device/greenhouse/config");
    }

    @Test
    void quantitiesAreSpelledAsHomeAssistantSpellsThem() throws Exception {
        Json.Obj pressure = component("sensor.air.pressure");
        assertThat(pressure.string("unit_of_measurement")).isEqualTo("Pa");
        assertThat(pressure.string("device_class")).isEqualTo("atmospheric_pressure");
        assertThat(pressure.string("state_class")).isEqualTo("measurement");
        assertThat(pressure.string("name")).isEqualTo("Air pressure");
        assertThat(pressure.whole("expire_after", 0, 1_000)).isEqualTo(60);
        Json.Obj temperature = component("sensor.soil_probe.temperature");
        assertThat(temperature.string("unit_of_measurement")).isEqualTo("°C");
        assertThat(temperature.string("name")).isEqualTo("Soil probe");
        assertThat(temperature.whole("suggested_display_precision", 0, 9)).isEqualTo(4);
        // It may be silent for as long as nothing changes.
        assertThat(temperature.members()).doesNotContainKey("expire_after");
    }

    @Test
    void aSensorWithoutLiveReadingsHasItsAlarmOnly() throws Exception {
        yaml = DEVICE.replace("every: 10s}", "every: 10s, live: off}");
        assertThat(in(message(), "components").members())
                .doesNotContainKey("sensor.air.temperature")
                .containsKeys("sensor.soil_probe.temperature", "binary_sensor.air.alarm");
    }

    @Test
    void theBoundsOfANumberAreThoseThatACommandHas() throws Exception {
        Json.Obj lamp = component("number.lamp");
        assertThat(lamp.whole("message_expiry_interval", 1, 60)).isEqualTo(10);
        assertThat(lamp.get("min").toString()).isEqualTo(Json.parse("0.0", 9).toString());
        assertThat(lamp.get("max").toString()).isEqualTo(Json.parse("80.0", 9).toString());
        assertThat(lamp.string("unit_of_measurement")).isEqualTo("%");
    }

    @Test
    void whatHomeAssistantCannotSignItIsOnlyShown() throws Exception {
        yaml =
                DEVICE.replace("safe: off}\n  lamp", "safe: off, roles: [operator]}\n  lamp")
                        + """
                        signing: {ops: {public-key: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo, roles: [operator]}}
                        """;
        Json.Obj components = in(message(), "components");
        assertThat(components.members())
                .containsKey("sensor.relay")
                .doesNotContainKey("switch.relay")
                .doesNotContainKey("button.control.restart")
                .containsKey("button.control.safe");
        assertThat(in(components, "sensor.relay").members()).doesNotContainKey("command_topic");
    }

    @Test
    void whatIsNotThereAnyMoreIsToldAsGoneFromThenOn() throws Exception {
        earlier = discovery().components();
        yaml = DEVICE.replace("  relay: {", "  pump: {");
        HomeAssistantDiscovery renamed = discovery();
        Json.Obj components =
                in(Json.object(Json.parse(renamed.message(), 1 << 16), "discovery"), "components");
        assertThat(components.members()).containsKey("switch.pump");
        assertThat(in(components, "switch.relay").members()).containsOnlyKeys("platform");
        assertThat(renamed.components()).containsKeys("switch.relay", "switch.pump");
        earlier = renamed.components();
        assertThat(component("switch.relay").members()).containsOnlyKeys("platform");
    }

    @Test
    void readingsInAFormatThatItCannotReadAreAMistake() throws IOException {
        Path file = folder.resolve("pipit.yaml");
        Files.writeString(file, DEVICE + "format: senml-cbor\n");
        assertThat(ConfigFile.load(file, Drivers.installed()).toString())
                .contains("home-assistant cannot read readings in the format 'senml-cbor'");
    }

    @Test
    @Tag("real")
    void itsTemplatesGiveByJinjaWhatTheMessagesSay() throws Exception {
        Json.Obj components = in(message(), "components");
        Reading reading = new Reading(3);
        reading.value(0, -512);
        reading.missing(1, 1);
        reading.value(2, 100_800);
        byte[] frame = new byte[FlatFrame.length(SCHEMAS.getFirst(), 0)];
        FlatFrame.encode(SCHEMAS.getFirst(), 0, reading, frame, 0);
        String flat = HexFormat.of().formatHex(frame);

        List<String> lines = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        render(lines, components, "sensor.air.temperature", "value_template", flat, true);
        expected.add("-5.12");
        render(lines, components, "sensor.air.humidity", "value_template", flat, true);
        expected.add("None");
        render(lines, components, "sensor.air.pressure", "value_template", flat, true);
        expected.add("100800");
        String press = "{\"event\":\"double\",\"count\":2,\"seq\":3}";
        render(lines, components, "event.button", "value_template", press, false);
        expected.add("{\"event_type\": \"double\", \"count\": 2}");
        String pattern = "{\"event\":\"short-long\",\"seq\":4}";
        render(lines, components, "event.button", "value_template", pattern, false);
        expected.add("");
        String count = "{\"event\":\"count\",\"count\":1,\"total\":1234}";
        render(lines, components, "sensor.meter", "value_template", count, false);
        expected.add("1234");
        for (String[] state :
                new String[][] {
                    {"valve.water", "value_template", "42.5", "42.5"},
                    {"valve.water", "value_template", "unknown", "None"},
                    {"cover.blind", "position_template", "100", "100"},
                    {"cover.blind", "position_template", "unknown", ""},
                    {"number.flap", "value_template", "90", "90"},
                    {"number.flap", "value_template", "off", "None"},
                    {"fan.vent", "state_value_template", "0", "off"},
                    {"fan.vent", "state_value_template", "40.5", "100"},
                    {"fan.vent", "percentage_value_template", "40.6", "41"},
                    {"binary_sensor.air.alarm", "value_template", "", "OFF"},
                    {"binary_sensor.air.alarm", "value_template", "{\"alarm\":\"x\"}", "ON"},
                    {"binary_sensor.air.alarm", "json_attributes_template", "", "{}"},
                }) {
            render(lines, components, state[0], state[1], state[2], false);
            expected.add(state[3]);
        }
        assertThat(jinja(lines)).containsExactlyElementsOf(expected);
    }

    private static void render(
            List<String> lines,
            Json.Obj components,
            String component,
            String template,
            String payload,
            boolean hex)
            throws JsonException {
        JsonWriter json = new JsonWriter().object();
        json.key("template").value(in(components, component).string(template));
        json.key(hex ? "hex" : "text").value(payload);
        lines.add(json.end().toString());
    }

    /** With the filters that Home Assistant adds to Jinja, as its documents describe them. */
    private List<String> jinja(List<String> lines) throws Exception {
        String program =
                """
                import json, struct, sys
                from jinja2 import Environment
                def number(value, kind, default):
                    try: return kind(float(value)) if kind is int else kind(value)
                    except (TypeError, ValueError): return default
                def unpack(value, form, offset=0):
                    try: return struct.unpack_from(form, value, offset)[0]
                    except struct.error: return None
                def is_number(value):
                    try: return abs(float(value)) < float('inf')
                    except (TypeError, ValueError): return False
                env = Environment()
                env.filters.update(unpack=unpack, is_number=is_number, to_json=json.dumps,
                    float=lambda v, d=None: number(v, float, d), int=lambda v, d=0: number(v, int, d))
                for line in sys.stdin:
                    item = json.loads(line)
                    value = bytes.fromhex(item['hex']) if 'hex' in item else item['text']
                    try: parsed = json.loads(value)
                    except ValueError: parsed = None
                    print(env.from_string(item['template']).render(value=value, value_json=parsed).strip())
                """;
        Path in = folder.resolve("in");
        Path out = folder.resolve("out");
        Files.write(in, lines);
        Process process =
                new ProcessBuilder("/usr/bin/python3", "-c", program)
                        .redirectInput(in.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("apt install python3-jinja2").isZero();
        return Files.readAllLines(out, StandardCharsets.UTF_8);
    }
}
