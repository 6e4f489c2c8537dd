package dev.pipit.driver;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The drivers on the class path, by the name written behind {@code driver:}. */
public final class DriverRegistry {
    private final SortedMap<String, SensorType> sensors = new TreeMap<>();
    private final SortedMap<String, ActuatorType> actuators = new TreeMap<>();

    /**
     * @throws IllegalStateException where two drivers share a name
     */
    public DriverRegistry(
            Iterable<? extends SensorType> sensorTypes,
            Iterable<? extends ActuatorType> actuatorTypes) {
        for (SensorType type : sensorTypes) {
            refuseTwins(type.name(), sensors.put(type.name(), type), type);
        }
        for (ActuatorType type : actuatorTypes) {
            refuseTwins(type.name(), actuators.put(type.name(), type), type);
        }
    }

    /** Every driver that {@link ServiceLoader} finds. */
    public static DriverRegistry installed() {
        ClassLoader loader = DriverRegistry.class.getClassLoader();
        return new DriverRegistry(
                ServiceLoader.load(SensorType.class, loader),
                ServiceLoader.load(ActuatorType.class, loader));
    }

    public Optional<SensorType> sensor(String name) {
        return Optional.ofNullable(sensors.get(name));
    }

    public Optional<ActuatorType> actuator(String name) {
        return Optional.ofNullable(actuators.get(name));
    }

    /** By name, ascending. */
    public Collection<SensorType> sensors() {
        return Collections.unmodifiableCollection(sensors.values());
    }

    /** By name, ascending. */
    public Collection<ActuatorType> actuators() {
        return Collections.unmodifiableCollection(actuators.values());
    }

    /** The sensor driver that a misspelt name probably meant. */
    public Optional<String> likelySensor(String misspelt) {
        return Spelling.nearest(misspelt, List.copyOf(sensors.keySet()));
    }

    /** The actuator driver that a misspelt name probably meant. */
    public Optional<String> likelyActuator(String misspelt) {
        return Spelling.nearest(misspelt, List.copyOf(actuators.keySet()));
    }

    private static void refuseTwins(String name, @Nullable Object before, Object type) {
        if (before != null) {
            throw new IllegalStateException(
                    "two drivers are called '"
                            + name
                            + "': "
                            + before.getClass().getName()
                            + " and "
                            + type.getClass().getName());
        }
    }
}
