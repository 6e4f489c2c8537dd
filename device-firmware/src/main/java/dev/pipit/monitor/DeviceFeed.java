package dev.pipit.monitor;

import dev.pipit.json.Json;
import dev.pipit.json.JsonException;
import dev.pipit.mqtt.MqttClient;
import dev.pipit.mqtt.MqttListener;
import dev.pipit.mqtt.packet.InboundPublish;
import dev.pipit.mqtt.packet.Qos;
import dev.pipit.telemetry.Batch;
import dev.pipit.telemetry.DenseDecoder;
import dev.pipit.telemetry.FlatFrame;
import dev.pipit.telemetry.FormatException;
import dev.pipit.telemetry.FrameFlags;
import dev.pipit.telemetry.Reading;
import dev.pipit.telemetry.Schema;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Decodes every device below a root topic. Frames that come before the schema which explains them
 * wait for it, up to a bound.
 */
public final class DeviceFeed implements MqttListener {
    private static final int MOST_WAITING = 256;
    private static final List<String> BELOW =
            List.of(
                    "schema/+",
                    "info",
                    "status",
                    "state/+",
                    "alarm/+",
                    "event/+",
                    "response",
                    "gap",
                    "health");
    private static final List<String> FRAMES = List.of("live/+", "data");

    private final String root;
    private final Viewer viewer;
    private final DenseDecoder decoder = new DenseDecoder();
    private final Map<String, Device> devices = new HashMap<>();

    private static final class Device {
        final Map<Integer, Schema> schemas = new HashMap<>();
        final Map<Integer, String> sensors = new HashMap<>();
        final Deque<Waiting> waiting = new ArrayDeque<>();
    }

    private static final class Waiting {
        final String topic;
        final byte[] frame;

        Waiting(String topic, byte[] frame) {
            this.topic = topic;
            this.frame = frame;
        }
    }

    /**
     * @param root the first level of the topics, {@code pipit} unless configured
     */
    public DeviceFeed(String root, Viewer viewer) {
        this.root = root;
        this.viewer = viewer;
    }

    /**
     * Subscribes to all that devices publish, schemas first.
     *
     * @return how many subscriptions these are
     */
    public int subscribe(MqttClient client) {
        for (String below : BELOW) {
            client.subscribe(root + "/+/" + below, Qos.AT_LEAST_ONCE);
        }
        for (String below : FRAMES) {
            client.subscribe(root + "/+/" + below, Qos.AT_LEAST_ONCE);
        }
        return BELOW.size() + FRAMES.size();
    }

    @Override
    public void message(InboundPublish message) {
        String topic = message.topic();
        String[] levels =
                topic.substring(Math.min(topic.length(), root.length() + 1)).split("/", 3);
        if (!topic.startsWith(root + "/") || levels.length < 2) {
            return;
        }
        String device = levels[0];
        String last = levels.length == 3 ? levels[2] : "";
        switch (levels[1]) {
            case "schema" -> schema(device, message);
            case "info" -> info(device, message);
            case "live", "data" -> frame(device, topic, message.payload());
            case "status" -> viewer.status(device, message.payloadText().equals("1"));
            case "state" -> viewer.state(device, last, message.payloadText());
            case "event" -> viewer.event(device, last, message.payloadText());
            case "alarm" -> viewer.alarm(device, last, message.payloadText());
            case "gap" -> viewer.gap(device, message.payloadText());
            case "health" -> viewer.health(device, message.payloadText());
            case "response" -> viewer.response(device, message.payloadText());
            default -> {
                // A topic of a newer pipit: nothing that this one could show.
            }
        }
    }

    private Device device(String name) {
        return devices.computeIfAbsent(name, unseen -> new Device());
    }

    private void schema(String name, InboundPublish message) {
        if (message.payloadLength() == 0) {
            return;
        }
        Device device = device(name);
        try {
            Schema schema = Schema.parse(message.payloadText());
            device.schemas.put(schema.id(), schema);
        } catch (FormatException wrong) {
            viewer.undecodable(name, message.topic(), String.valueOf(wrong.getMessage()));
            return;
        }
        for (int left = device.waiting.size(); left > 0; left--) {
            Waiting waiting = device.waiting.remove();
            frame(name, waiting.topic, waiting.frame);
        }
    }

    private void info(String name, InboundPublish message) {
        Device device = device(name);
        try {
            if (!(Json.parse(message.payloadText()) instanceof Json.Obj info)) {
                return;
            }
            for (Json sensor : info.array("sensors")) {
                if (sensor instanceof Json.Obj described) {
                    device.sensors.put(
                            (int) described.whole("schema", 0, 255), described.string("name"));
                }
            }
        } catch (JsonException wrong) {
            viewer.undecodable(name, message.topic(), String.valueOf(wrong.getMessage()));
        }
    }

    private void frame(String name, String topic, byte[] frame) {
        Device device = device(name);
        if (frame.length < FrameFlags.HEADER_LENGTH) {
            viewer.undecodable(name, topic, "a frame of " + frame.length + " bytes");
            return;
        }
        int id = frame[1] & 0xFF;
        Schema schema = device.schemas.get(id);
        if (schema == null) {
            if (device.waiting.size() == MOST_WAITING) {
                device.waiting.remove();
                viewer.undecodable(name, topic, "no schema " + id + " has arrived");
            }
            device.waiting.add(new Waiting(topic, frame));
            return;
        }
        boolean live = topic.startsWith(root + "/" + name + "/live/");
        String sensor =
                live
                        ? topic.substring(topic.lastIndexOf('/') + 1)
                        : device.sensors.getOrDefault(id, "schema-" + id);
        try {
            decode(name, sensor, live, schema, frame);
        } catch (FormatException wrong) {
            viewer.undecodable(name, topic, String.valueOf(wrong.getMessage()));
        }
    }

    private void decode(String device, String sensor, boolean live, Schema schema, byte[] frame)
            throws FormatException {
        Reading reading = new Reading(schema.channels().size());
        if ((FrameFlags.of(frame, 0, frame.length) & FrameFlags.DENSE) == 0) {
            int flags = FlatFrame.decode(schema, frame, 0, frame.length, reading);
            viewer.reading(ReceivedReading.of(device, sensor, live, flags, schema, reading));
            return;
        }
        Batch rows = new Batch(schema, Schema.MAX_ROWS);
        int flags = decoder.decode(frame, 0, frame.length, rows);
        for (int row = 0; row < rows.size(); row++) {
            rows.row(row, reading);
            viewer.reading(ReceivedReading.of(device, sensor, live, flags, schema, reading));
        }
    }
}
