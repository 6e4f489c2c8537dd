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

    /** The keys that only this driver has. {@code safe} all have. */
    List<Option> options();

    /**
     * Whether it is on one pin, written behind the common key {@code pin}; otherwise all its pins
     * are among the {@linkplain #options() options}.
     */
    default boolean onePin() {
        return true;
    }

    /** Whether its pin must be one that carries a PWM signal. */
    default boolean pulses() {
        return false;
    }

    /**
     * What options contradict each other, as a sentence that begins with the key; empty: nothing.
     *
     * @param options complete and each valid by itself
     */
    default String contradiction(Options options) {
        return "";
    }

    /** Which values it takes, and how they are written. */
    ValueKind values(Options options);

    /**
     * Claims the output with {@code initial} in force from the first moment. Each line is claimed
     * at the level that is safe when nobody is there: that is what it gets back after this
     * process's death.
     *
     * @param id the actuator's name in the configuration
     * @param pin BCM number; 0 where it is not on {@linkplain #onePin() one pin}
     * @param initial within {@link #values}
     */
    ActuatorDriver create(Wiring wiring, String id, int pin, Options options, long initial);
}
