package dev.pipit.config;

import dev.pipit.board.BoardSettings;
import dev.pipit.command.LocalRule;
import dev.pipit.command.TrustedKey;
import dev.pipit.telemetry.format.Format;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A whole configuration file, checked: whoever holds one need not check it again.
 *
 * @param groups actuators that take one command together
 * @param rules what the device does by itself
 * @param mentioned channels that rules and requirements name, to be held against what drivers
 *     measure
 * @param signing whose signed commands are believed; empty: no command can be signed
 * @param control roles that a signature under a device verb needs, by verb; a verb that is not in
 *     it needs any signature where there are keys, and none where there are none
 * @param state directory for what must survive a restart; {@code null}: nothing does
 * @param spool where readings wait
 * @param format how readings leave the device
 * @param health how often diagnostics are told; 0: never
 * @param homeAssistant how Home Assistant shall find this device; {@code null}: not at all
 * @param board {@code null}: as the agent finds best on this machine
 * @param boardSettings chip and lines that pins are, and how buses are set
 */
public record AgentConfig(
        DeviceConfig device,
        BrokerConfig broker,
        List<SensorConfig> sensors,
        List<InputConfig> inputs,
        List<ActuatorConfig> actuators,
        List<GroupConfig> groups,
        List<LocalRule> rules,
        List<ChannelMention> mentioned,
        List<TrustedKey> signing,
        Map<String, Set<String>> control,
        @Nullable Path state,
        SpoolConfig spool,
        Format format,
        Duration health,
        @Nullable HomeAssistantConfig homeAssistant,
        @Nullable BoardChoice board,
        BoardSettings boardSettings) {
    private static final Duration USUAL_HEALTH = Duration.ofSeconds(60);

    public AgentConfig {
        control = Map.copyOf(control);
        sensors = List.copyOf(sensors);
        inputs = List.copyOf(inputs);
        actuators = List.copyOf(actuators);
        groups = List.copyOf(groups);
        rules = List.copyOf(rules);
        mentioned = List.copyOf(mentioned);
        signing = List.copyOf(signing);
    }

    /** A device without groups, whose verbs need no roles. */
    public AgentConfig(
            DeviceConfig device,
            BrokerConfig broker,
            List<SensorConfig> sensors,
            List<InputConfig> inputs,
            List<ActuatorConfig> actuators,
            List<LocalRule> rules,
            List<TrustedKey> signing,
            @Nullable Path state,
            SpoolConfig spool,
            Format format,
            @Nullable BoardChoice board,
            BoardSettings boardSettings) {
        this(
                device,
                broker,
                sensors,
                inputs,
                actuators,
                List.of(),
                rules,
                List.of(),
                signing,
                Map.of(),
                state,
                spool,
                format,
                USUAL_HEALTH,
                null,
                board,
                boardSettings);
    }

    /** The same device at another broker. */
    public AgentConfig at(BrokerConfig other) {
        return new AgentConfig(
                device,
                other,
                sensors,
                inputs,
                actuators,
                groups,
                rules,
                mentioned,
                signing,
                control,
                state,
                spool,
                format,
                health,
                homeAssistant,
                board,
                boardSettings);
    }
}
