package dev.pipit.config;

import dev.pipit.driver.Location;
import dev.pipit.driver.Options;
import dev.pipit.driver.SensorType;
import java.time.Duration;

/**
 * One sensor.
 *
 * @param name {@code [a-z][a-z0-9_-]{0,31}}, unique among sensors, inputs and actuators
 * @param every how often it is read, 10 ms or longer
 * @param recording how its readings are put together and kept
 * @param report what happens to its readings before they are told
 * @param live whether the newest one is told at once beside the record
 */
public record SensorConfig(
        String name,
        SensorType type,
        Location location,
        Duration every,
        Options options,
        RecordingConfig recording,
        ReportConfig report,
        Live live) {}
