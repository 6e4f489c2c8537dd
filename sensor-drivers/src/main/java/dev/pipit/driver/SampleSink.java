package dev.pipit.driver;

/**
 * Takes one reading, channel by channel. Implementations allocate nothing, so that a driver may
 * call them on the hot path.
 */
public interface SampleSink {
    /**
     * A measured value.
     *
     * @param channel index into {@link SensorDriver#channels()}
     * @param value in units of the channel's resolution
     */
    void value(int channel, long value);

    /**
     * A channel without a value this time.
     *
     * @param channel index into {@link SensorDriver#channels()}
     */
    void missing(int channel, Fault fault);
}
