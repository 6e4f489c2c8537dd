package dev.pipit.sampling;

import dev.pipit.telemetry.Reading;

/** Takes readings from the sampling loops; called on the sampler thread of the sensor's bus. */
public interface ReadingSink {
    /**
     * One reading. The sink copies what it needs: the object is filled again for the next one.
     *
     * @param sensor index of the sensor in the configuration
     * @param synchronised whether {@code reading.timeMs()} counts from the Unix epoch; else from
     *     boot
     */
    void reading(int sensor, Reading reading, boolean synchronised);
}
