package dev.pipit.sampling;

import dev.pipit.driver.Fault;
import org.jspecify.annotations.Nullable;

/** Learns when a sensor fails and when it is back; called on the sampler thread of its bus. */
public interface HealthSink {
    /**
     * The sensor has given no value {@link SensorTask#FAILURES_TO_ALARM} times in a row. Told again
     * where the fault or its trouble changes.
     *
     * @param trouble what the driver adds to the fault for a person, such as the file that may not
     *     be opened and what mends it
     */
    void failing(int sensor, Fault fault, @Nullable String trouble);

    /** The sensor gives values again. */
    void recovered(int sensor);
}
