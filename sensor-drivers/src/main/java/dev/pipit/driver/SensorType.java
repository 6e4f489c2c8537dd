package dev.pipit.driver;

import java.time.Duration;
import java.util.List;

/**
 * What can be written behind {@code driver:} of a sensor: describes the driver to the configuration
 * and makes it. Found by {@link java.util.ServiceLoader}: a driver is added by one class and one
 * line in {@code META-INF/services/dev.pipit.driver.SensorType}.
 */
public interface SensorType {
    /** As written in the configuration, lower case with hyphens: {@code bme280}. */
    String name();

    /** One line for people: what the chip measures and who makes it. */
    String summary();

    /** What the chip hangs on; decides which of {@code bus} and {@code address} the user writes. */
    Connection connection();

    /** How often it is read where the user does not say. */
    Duration usualInterval();

    /** The keys that only this driver has. */
    List<Option> options();

    /**
     * Makes a driver. Opens nothing that a missing chip could make fail: the chip may come later.
     *
     * @param location checked against {@link #connection()}
     * @param options complete and checked against {@link #options()}
     */
    SensorDriver create(Wiring wiring, Location location, Options options);
}
