package dev.pipit.uplink;

import dev.pipit.config.AgentConfig;
import dev.pipit.config.HomeAssistantConfig;
import dev.pipit.json.Json;
import dev.pipit.json.JsonException;
import dev.pipit.json.JsonWriter;
import dev.pipit.mqtt.packet.TopicName;
import dev.pipit.telemetry.Schema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * When Home Assistant is told what. Its entities subscribe only after it has read the discovery
 * message, and alarms that are not raised are not retained, so states and alarms follow a little
 * later; and when it starts, many devices hear it at once.
 *
 * <pre>
 *   connected ---------------- discovery at once -- 2 s -- states, alarms
 *   online --- up to 10 s ---- discovery ---------- 2 s -- states, alarms
 * </pre>
 *
 * Thread-safe.
 */
final class HomeAssistant {
    /** What {@link #turn} says is due. */
    enum Due {
        NOTHING,
        DISCOVERY,
        STATES
    }

    private static final int MAX_REMEMBERED = 1 << 20;
    private static final long NEVER = Long.MAX_VALUE;
    private static final long SPREAD_MS = 10_000;
    private static final long SETTLE_MS = 2_000;

    final TopicName topic;
    final String message;
    private final String statusTopic;
    private final RandomGenerator random;
    private boolean connected;
    private boolean online;
    private long discoveryAtMs = NEVER;
    private long statesAtMs = NEVER;

    /**
     * @param topic of the discovery message
     * @param statusTopic where Home Assistant says {@code online}
     */
    HomeAssistant(TopicName topic, String message, String statusTopic, RandomGenerator random) {
        this.topic = topic;
        this.message = message;
        this.statusTopic = statusTopic;
        this.random = random;
    }

    /**
     * @param remembered what was told before, and is told after this; {@code null}: nothing is
     *     remembered, and what was renamed stays there under both names
     */
    static HomeAssistant of(
            HomeAssistantConfig names,
            AgentConfig config,
            List<Schema> schemas,
            String software,
            @Nullable StateFile remembered) {
        Map<String, String> earlier = remembered == null ? Map.of() : read(remembered);
        HomeAssistantDiscovery discovery =
                new HomeAssistantDiscovery(names, config, schemas, software, earlier);
        if (remembered != null && !discovery.components().equals(earlier)) {
            JsonWriter json = new JsonWriter().object();
            discovery.components().forEach((component, is) -> json.key(component).value(is));
            remembered.write(json.end().toString());
        }
        return new HomeAssistant(
                HomeAssistantDiscovery.topic(names, config.device().id()),
                discovery.message(),
                HomeAssistantDiscovery.statusTopic(names),
                new SplittableRandom());
    }

    private static Map<String, String> read(StateFile file) {
        String text = file.read();
        Map<String, String> components = new LinkedHashMap<>();
        if (text == null) {
            return components;
        }
        try {
            Json.Obj json = Json.object(Json.parse(text, MAX_REMEMBERED), "the file");
            for (String component : json.members().keySet()) {
                components.put(component, json.string(component));
            }
            return components;
        } catch (JsonException damaged) {
            file.setAside(String.valueOf(damaged.getMessage()));
            return Map.of();
        }
    }

    String statusTopic() {
        return statusTopic;
    }

    /** A connection was made, and the discovery message sent over it. */
    synchronized void connected() {
        connected = true;
    }

    /** Home Assistant has said that it is there. */
    synchronized void online() {
        online = true;
    }

    /** Each second. */
    synchronized Due turn(long nowMs) {
        if (connected) {
            connected = false;
            statesAtMs = nowMs + SETTLE_MS;
        }
        if (online) {
            online = false;
            discoveryAtMs = nowMs + random.nextLong(SPREAD_MS);
        }
        if (nowMs >= discoveryAtMs) {
            discoveryAtMs = NEVER;
            statesAtMs = nowMs + SETTLE_MS;
            return Due.DISCOVERY;
        }
        if (nowMs >= statesAtMs) {
            statesAtMs = NEVER;
            return Due.STATES;
        }
        return Due.NOTHING;
    }
}
