package dev.pipit.uplink;

import dev.pipit.command.LocalRule;
import dev.pipit.config.ActuatorConfig;
import dev.pipit.config.AgentConfig;
import dev.pipit.config.GroupConfig;
import dev.pipit.config.InputConfig;
import dev.pipit.config.SensorConfig;
import dev.pipit.json.JsonWriter;
import dev.pipit.telemetry.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** The birth message on {@code info}: what this device is and what it has, as JSON. */
public final class Birth {
    private Birth() {}

    /**
     * @param software version
     * @param configHash of the file that is in force
     * @param board as {@code --board} names it
     * @param run why this process runs, and its last error
     * @param schemas one per sensor, in the order of the configuration
     */
    public static String message(
            String software,
            String configHash,
            String board,
            AgentConfig config,
            List<Schema> schemas,
            RunRecord run) {
        JsonWriter json = new JsonWriter().object();
        json.key("software").value("pipit " + software);
        json.key("config").value(configHash);
        json.key("boot").value(bootId());
        json.key("board").value(board);
        run.write(json);
        json.key("sensors").array();
        for (int i = 0; i < schemas.size(); i++) {
            SensorConfig sensor = config.sensors().get(i);
            json.object().key("name").value(sensor.name());
            json.key("driver").value(sensor.type().name());
            json.key("schema").value(schemas.get(i).id()).end();
        }
        json.end().key("inputs").array();
        for (InputConfig input : config.inputs()) {
            json.object().key("name").value(input.name());
            json.key("kind").value(kind(input.kind())).end();
        }
        json.end().key("actuators").array();
        for (ActuatorConfig actuator : config.actuators()) {
            json.object().key("name").value(actuator.name());
            json.key("driver").value(actuator.type().name());
            json.key("values").value(actuator.values().expected());
            json.key("safe").value(actuator.values().format(actuator.safe())).end();
        }
        json.end().key("groups").array();
        for (GroupConfig group : config.groups()) {
            json.object().key("name").value(group.name()).key("members").array();
            group.members().forEach(json::value);
            json.end().end();
        }
        json.end().key("rules").array();
        for (LocalRule rule : config.rules()) {
            json.object().key("name").value(rule.name()).key("text").value(rule.text()).end();
        }
        return json.end().end().toString();
    }

    private static String kind(InputConfig.Kind kind) {
        return switch (kind) {
            case InputConfig.Kind.Button button -> "button";
            case InputConfig.Kind.Encoder encoder -> "encoder";
            case InputConfig.Kind.Counter counter -> "counter";
        };
    }

    /** The kernel's identifier of this boot; a random one where there is none to read. */
    static String bootId() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException | SecurityException unreadable) {
            return UUID.randomUUID().toString();
        }
    }
}
