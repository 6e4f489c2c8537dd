package dev.pipit.uplink;

import dev.pipit.config.DeviceConfig;
import dev.pipit.mqtt.packet.TopicName;

/**
 * The topics of one device, all below {@code <root>/<device>/}.
 *
 * <pre>
 * status              1 or 0, retained, the will        event/&lt;input&gt;       an edge, with time and sequence
 * info                the birth message, retained       alarm/&lt;id&gt;          raised as JSON, empty when cleared
 * schema/&lt;id&gt;         one schema, retained              command/&lt;actuator&gt;  in
 * live/&lt;sensor&gt;       the newest reading, if wanted     control/&lt;verb&gt;      in
 * data                every reading                     response            answers
 * state/&lt;actuator&gt;    the value in force, retained      health              diagnostics each minute
 * gap                 readings that were lost, once each
 * </pre>
 */
public final class Topics {
    private final String prefix;

    public Topics(DeviceConfig device) {
        this(device.root(), device.id());
    }

    public Topics(String root, String device) {
        this.prefix = root + "/" + device + "/";
    }

    public TopicName status() {
        return name("status");
    }

    public TopicName info() {
        return name("info");
    }

    public TopicName schema(int id) {
        return name("schema/" + id);
    }

    public TopicName live(String sensor) {
        return name("live/" + sensor);
    }

    public TopicName data() {
        return name("data");
    }

    /** Where a sensor's readings go in a format other than compact. */
    public TopicName data(String sensor) {
        return name("data/" + sensor);
    }

    public TopicName gap() {
        return name("gap");
    }

    public TopicName state(String actuator) {
        return name("state/" + actuator);
    }

    public TopicName event(String input) {
        return name("event/" + input);
    }

    public TopicName alarm(String id) {
        return name("alarm/" + id);
    }

    public TopicName response() {
        return name("response");
    }

    public TopicName health() {
        return name("health");
    }

    public TopicName command(String actuator) {
        return name("command/" + actuator);
    }

    public TopicName control(String verb) {
        return name("control/" + verb);
    }

    /** The filter that takes every command for this device and nothing else. */
    public String commands() {
        return prefix + "command/+";
    }

    /** The filter that takes every device verb for this device and nothing else. */
    public String controls() {
        return prefix + "control/+";
    }

    /**
     * The actuator that a command topic names, or the empty string where it is no command topic.
     */
    public String actuatorOf(String topic) {
        return below("command/", topic);
    }

    /** The verb that a control topic names, or the empty string where it is no control topic. */
    public String verbOf(String topic) {
        return below("control/", topic);
    }

    private String below(String level, String topic) {
        String start = prefix + level;
        return topic.startsWith(start) ? topic.substring(start.length()) : "";
    }

    private TopicName name(String below) {
        return TopicName.of(prefix + below);
    }
}
