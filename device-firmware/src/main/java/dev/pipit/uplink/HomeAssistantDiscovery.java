package dev.pipit.uplink;

import dev.pipit.config.ActuatorConfig;
import dev.pipit.config.AgentConfig;
import dev.pipit.config.HomeAssistantConfig;
import dev.pipit.config.InputConfig;
import dev.pipit.config.Live;
import dev.pipit.config.SensorConfig;
import dev.pipit.driver.Channel;
import dev.pipit.driver.ValueKind;
import dev.pipit.json.JsonWriter;
import dev.pipit.mqtt.packet.TopicName;
import dev.pipit.telemetry.FlatFrame;
import dev.pipit.telemetry.Schema;
import dev.pipit.telemetry.format.Format;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What Home Assistant needs to know of this device: one retained message, its <em>device
 * discovery</em>, on {@code homeassistant/device/<device>/config}.
 *
 * <pre>
 * channel of a sensor   sensor           digital-output   switch
 * button, encoder       event            pwm              number
 * counter               sensor           fan              fan
 * alarm                 binary_sensor    cover, valve     cover, valve
 * control/restart,safe  button           servo, stepper   number
 * </pre>
 *
 * An actuator whose commands must be signed is a sensor: Home Assistant cannot sign. Groups are not
 * told; Home Assistant has its own. What was told once and is not there any more has to be told as
 * gone, for leaving it out changes nothing there: {@link #components} is what to remember.
 */
final class HomeAssistantDiscovery {
    private static final String AVAILABLE = "{{ value | int(0) }}";

    /** A place to go to is told as a number, or as a word where it is not known. */
    private static final String NUMBER_OR_NONE = "{{ value if value | is_number else none }}";

    /** Readings that may be missing in a row before an entity counts as unavailable. */
    private static final int MISSED = 3;

    private static final long SHORTEST_EXPIRY_S = 60;
    private static final int COMMAND_EXPIRY_S = 10;

    private final HomeAssistantConfig names;
    private final AgentConfig config;
    private final List<Schema> schemas;
    private final Topics topics;
    private final JsonWriter json = new JsonWriter();
    private final Map<String, String> components = new LinkedHashMap<>();
    private final String message;

    /**
     * @param schemas one per sensor, in the order of the configuration
     * @param software version
     * @param earlier {@link #components} of all messages before
     */
    HomeAssistantDiscovery(
            HomeAssistantConfig names,
            AgentConfig config,
            List<Schema> schemas,
            String software,
            Map<String, String> earlier) {
        this.names = names;
        this.config = config;
        this.schemas = schemas;
        this.topics = new Topics(config.device());
        this.message = write(software, earlier);
    }

    /** Where Home Assistant looks for {@link #message}. */
    static TopicName topic(HomeAssistantConfig names, String device) {
        return TopicName.of(names.prefix() + "/device/" + device + "/config");
    }

    /** Where Home Assistant says {@code online} when it starts. */
    static String statusTopic(HomeAssistantConfig names) {
        return names.prefix() + "/status";
    }

    /** What Home Assistant reads. */
    String message() {
        return message;
    }

    /** Every component in the message, those that are gone too, with its platform. */
    Map<String, String> components() {
        return components;
    }

    private String write(String software, Map<String, String> earlier) {
        json.object().key("device").object();
        json.key("identifiers").array().value(uniqueId()).end();
        json.key("name").value(names.name()).key("manufacturer").value("pipit");
        json.key("sw_version").value(software);
        String area = names.area();
        if (area != null) {
            json.key("suggested_area").value(area);
        }
        json.end().key("origin").object().key("name").value("pipit");
        json.key("sw_version").value(software).end();
        json.key("availability_topic").value(topics.status().toString());
        json.key("availability_template").value(AVAILABLE);
        json.key("payload_available").value("1").key("payload_not_available").value("0");
        json.key("qos").value(1);
        json.key("components").object();
        for (int i = 0; i < schemas.size(); i++) {
            sensor(config.sensors().get(i), schemas.get(i));
        }
        config.inputs().forEach(this::input);
        config.actuators().forEach(this::actuator);
        problem(Uplink.SPOOL_ALARM, "Spool");
        problem(Uplink.SECURITY, "Security");
        button("safe", "All outputs safe", null);
        if (config.signing().isEmpty()) {
            button("restart", "Restart", "restart");
        }
        earlier.forEach(this::gone);
        return json.end().end().toString();
    }

    private void gone(String component, String platform) {
        if (components.putIfAbsent(component, platform) == null) {
            json.key(component).object().key("platform").value(platform).end();
        }
    }

    private String uniqueId(String... parts) {
        return String.join(".", config.device().root(), config.device().id())
                + (parts.length == 0 ? "" : "." + String.join(".", parts));
    }

    /** Opens a component: an entity whose identity comes from the names in the configuration. */
    private void begin(String platform, String name, String... parts) {
        String component = platform + "." + String.join(".", parts);
        components.put(component, platform);
        json.key(component).object().key("platform").value(platform);
        json.key("unique_id").value(uniqueId(parts)).key("name").value(name);
    }

    /** {@code co2_level} as {@code Co2 level}. */
    static String words(String name) {
        String spaced = name.replaceAll("[_-]+", " ").strip();
        return spaced.isEmpty()
                ? name
                : spaced.substring(0, 1).toUpperCase(Locale.ROOT) + spaced.substring(1);
    }

    private void sensor(SensorConfig sensor, Schema schema) {
        problem(sensor.name(), words(sensor.name()));
        if (sensor.live() == Live.OFF) {
            return;
        }
        int offset = FlatFrame.CHANNELS_AT;
        for (Channel channel : schema.channels()) {
            boolean one = schema.channels().size() == 1;
            String name = words(sensor.name() + (one ? "" : " " + channel.name()));
            HomeAssistantQuantity quantity = HomeAssistantQuantity.of(channel);
            begin("sensor", name, sensor.name(), channel.name());
            json.key("state_topic").value(topics.live(sensor.name()).toString());
            if (config.format() == Format.COMPACT) {
                json.key("encoding").value("");
                json.key("value_template").value(unpacked(channel, offset));
            } else {
                json.key("value_template").value("{{ value_json['" + channel.name() + "'] }}");
            }
            if (!quantity.unit().isEmpty()) {
                json.key("unit_of_measurement").value(quantity.unit());
            }
            optional("device_class", quantity.deviceClass());
            json.key("state_class").value(quantity.stateClass());
            json.key("suggested_display_precision").value(places(channel));
            if (sensor.type().name().equals("health")) {
                json.key("entity_category").value("diagnostic");
            }
            if (saysSomethingEachTime(sensor)) {
                long silenceMs = MISSED * Math.max(schema.intervalMs(), sensor.every().toMillis());
                json.key("expire_after").value(Math.max(SHORTEST_EXPIRY_S, silenceMs / 1_000));
            }
            json.end();
            offset += channel.width();
        }
    }

    /** Whether a long silence means that something is wrong. */
    private static boolean saysSomethingEachTime(SensorConfig sensor) {
        return sensor.report().rule().delta() == null
                && sensor.report().channels().stream()
                        .allMatch(channel -> channel.rule().delta() == null);
    }

    private static int places(Channel channel) {
        return Math.max(0, channel.resolution().stripTrailingZeros().scale());
    }

    /** A template that takes one value out of a flat frame; the eight lowest codes say "none". */
    static String unpacked(Channel channel, int offset) {
        char letter =
                switch (channel.width()) {
                    case 1 -> 'b';
                    case 2 -> 'h';
                    case 4 -> 'i';
                    default -> 'q';
                };
        long least = (Long.MIN_VALUE >> (64 - 8 * channel.width())) + 8;
        BigDecimal resolution = channel.resolution().stripTrailingZeros();
        String value =
                resolution.compareTo(BigDecimal.ONE) == 0
                        ? "v"
                        : "(v * "
                                + resolution.toPlainString()
                                + ") | round("
                                + places(channel)
                                + ")";
        return "{% set v = value | unpack('>"
                + letter
                + "', offset="
                + offset
                + ") %}{{ None if v is none or v < "
                + least
                + " else "
                + value
                + " }}";
    }

    private void input(InputConfig input) {
        String topic = topics.event(input.name()).toString();
        List<String> events =
                switch (input.kind()) {
                    case InputConfig.Kind.Button button ->
                            List.of("press", "release", "click", "double", "multi", "hold");
                    case InputConfig.Kind.Encoder encoder ->
                            List.of("clockwise", "counterclockwise");
                    case InputConfig.Kind.Counter counter -> List.of();
                };
        if (events.isEmpty()) {
            begin("sensor", words(input.name()), input.name());
            json.key("state_topic").value(topic);
            json.key("value_template").value("{{ value_json.total }}");
            json.key("state_class").value("total_increasing").end();
            return;
        }
        begin("event", words(input.name()), input.name());
        json.key("state_topic").value(topic).key("event_types").array();
        events.forEach(json::value);
        json.end();
        json.key("value_template").value(eventTemplate(events)).end();
    }

    /** Patterns such as short-short-long have no name there and stay out. */
    private static String eventTemplate(List<String> events) {
        return "{% if value_json.event in "
                + events.stream().map(event -> "'" + event + "'").toList()
                + " %}{{ {'event_type': value_json.event, 'count': value_json.count | default(1)}"
                + " | to_json }}{% endif %}";
    }

    private void actuator(ActuatorConfig actuator) {
        String name = actuator.name();
        String platform = platform(actuator);
        begin(platform, words(name), name);
        if (!platform.equals("cover")) {
            // A cover takes words from it, and with it never looks at its position.
            json.key("state_topic").value(topics.state(name).toString());
        }
        if (!platform.equals("sensor")) {
            commandTopic(topics.command(name));
        }
        switch (platform) {
            case "switch" -> json.key("payload_on").value("on").key("payload_off").value("off");
            case "fan" -> fan(name);
            case "cover" -> cover(name);
            case "valve" -> valve();
            case "number" -> number(actuator);
            default -> {}
        }
        json.end();
        problem(name, words(name));
    }

    /** Where commands go; an old one would be refused here, and need not come at all (MQTT 5). */
    private void commandTopic(TopicName topic) {
        json.key("command_topic").value(topic.toString());
        json.key("message_expiry_interval").value(COMMAND_EXPIRY_S);
    }

    /** By what it takes, and a fan and what opens and closes by what it is. */
    private static String platform(ActuatorConfig actuator) {
        if (!actuator.access().roles().isEmpty()) {
            return "sensor";
        }
        return switch (actuator.type().name()) {
            case "fan", "cover", "valve" -> actuator.type().name();
            default -> actuator.values() instanceof ValueKind.Switch ? "switch" : "number";
        };
    }

    private void fan(String name) {
        json.key("payload_on").value("100").key("payload_off").value("off");
        json.key("state_value_template").value("{{ '100' if value | float(0) > 0 else 'off' }}");
        json.key("percentage_command_topic").value(topics.command(name).toString());
        json.key("percentage_state_topic").value(topics.state(name).toString());
        json.key("percentage_value_template").value("{{ value | float(0) | round | int }}");
    }

    private void cover(String name) {
        json.key("position_topic").value(topics.state(name).toString());
        json.key("position_template").value("{{ value if value | is_number else '' }}");
        json.key("set_position_topic").value(topics.command(name).toString());
        json.key("payload_open").value("open").key("payload_close").value("close");
        json.key("payload_stop").value("stop");
    }

    private void valve() {
        json.key("reports_position").value(true).key("payload_stop").value("stop");
        json.key("value_template").value(NUMBER_OR_NONE);
    }

    private void number(ActuatorConfig actuator) {
        ValueKind values = actuator.values();
        ValueKind.Level level =
                switch (values) {
                    case ValueKind.Level plain -> plain;
                    case ValueKind.Position position -> position.level();
                    case ValueKind.Switch on -> throw new IllegalStateException("not a number");
                };
        long least = actuator.rules().least();
        long most = actuator.rules().most();
        if (values instanceof ValueKind.Position) {
            json.key("value_template").value(NUMBER_OR_NONE);
        } else {
            // Where the safe value lies outside, it still has to be shown.
            least = Math.min(least, actuator.safe());
            most = Math.max(most, actuator.safe());
        }
        json.key("min").value(level.resolution().multiply(BigDecimal.valueOf(least)));
        json.key("max").value(level.resolution().multiply(BigDecimal.valueOf(most)));
        json.key("step").value(level.resolution());
        json.key("mode").value(level.unit().equals("%") ? "slider" : "box");
        json.key("unit_of_measurement").value(level.unit().equals("degrees") ? "°" : level.unit());
    }

    private void problem(String alarm, String name) {
        String topic = topics.alarm(alarm).toString();
        begin("binary_sensor", name + " problem", alarm, "alarm");
        json.key("state_topic").value(topic);
        json.key("value_template").value("{{ 'ON' if value else 'OFF' }}");
        json.key("json_attributes_topic").value(topic);
        json.key("json_attributes_template").value("{{ value if value else '{}' }}");
        json.key("device_class").value("problem");
        json.key("entity_category").value("diagnostic").end();
    }

    private void button(String verb, String name, @Nullable String deviceClass) {
        begin("button", name, "control", verb);
        commandTopic(topics.control(verb));
        json.key("payload_press").value("");
        optional("device_class", deviceClass);
        json.key("entity_category").value("config").end();
    }

    private void optional(String key, @Nullable String value) {
        if (value != null) {
            json.key(key).value(value);
        }
    }
}
