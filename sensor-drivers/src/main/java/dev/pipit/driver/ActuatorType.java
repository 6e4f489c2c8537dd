package dev.pipit.driver;

import java.util.List;

/**
 * What can be written behind {@code driver:} of an actuator. Found by {@link
 * java.util.ServiceLoader} as {@link SensorType}s are.
 */
public interface ActuatorType {
    /** As written in the configuration: {@code digital-output}. */
    String name();

    /** One line for people. */
    String summary();

    /** The keys that only this driver has. {@code pin} and {@code safe} all have. */
    List<Option> options();

    /** Which values it takes, and how they are written. */
    ValueKind values(Options options);

    /**
     * Claims the output with {@code initial} in force from the first moment.
     *
     * @param id the actuator's name in the configuration
     * @param pin BCM number
     * @param initial within {@link #values}
     */
    ActuatorDriver create(Wiring wiring, String id, int pin, Options options, long initial);
}
