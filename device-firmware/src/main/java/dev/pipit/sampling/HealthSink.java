package dev.pipit.sampling;

import dev.pipit.driver.Fault;

/** Learns when a sensor fails and when it is back; called on the sampler thread of its bus. */
public interface HealthSink {
    /** The sensor has given no value {@link SensorTask#FAILURES_TO_ALARM} times in a row. */
    void failing(int sensor, Fault fault);

    /** The sensor gives values again. */
    void recovered(int sensor);
}
