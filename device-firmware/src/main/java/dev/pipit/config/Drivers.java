package dev.pipit.config;

import dev.pipit.driver.ActuatorType;
import dev.pipit.driver.SensorType;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What may stand behind {@code driver:}, by name.
 *
 * @param sensors sorted by name
 * @param actuators sorted by name
 */
public record Drivers(
        SortedMap<String, SensorType> sensors, SortedMap<String, ActuatorType> actuators) {
    /** Every driver on the class path. */
    public static Drivers installed() {
        SortedMap<String, SensorType> sensors = new TreeMap<>();
        for (SensorType type : ServiceLoader.load(SensorType.class)) {
            sensors.put(type.name(), type);
        }
        SortedMap<String, ActuatorType> actuators = new TreeMap<>();
        for (ActuatorType type : ServiceLoader.load(ActuatorType.class)) {
            actuators.put(type.name(), type);
        }
        return new Drivers(sensors, actuators);
    }
}
