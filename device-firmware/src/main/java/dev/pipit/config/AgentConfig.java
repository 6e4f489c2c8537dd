package dev.pipit.config;

import java.util.List;

/** A whole configuration file, checked: whoever holds one need not check it again. */
public record AgentConfig(
        DeviceConfig device,
        BrokerConfig broker,
        List<SensorConfig> sensors,
        List<InputConfig> inputs,
        List<ActuatorConfig> actuators) {
    public AgentConfig {
        sensors = List.copyOf(sensors);
        inputs = List.copyOf(inputs);
        actuators = List.copyOf(actuators);
    }
}
