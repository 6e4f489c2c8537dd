package dev.pipit.driver;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One configured chip, measured in two phases so that nothing sleeps inside a driver: {@link
 * #begin()} starts a conversion and says how long it takes; the sampling loop of its bus comes back
 * and calls {@link #read}.
 *
 * <p>Both are called on one thread, the bus's sampler, and allocate nothing once the chip answers.
 * A driver finds its chip in {@link #begin()}: it checks the chip's identity and loads its
 * calibration whenever it has not done so since it was made or since the last fault, so that a chip
 * that is unplugged and plugged in again recovers by itself.
 */
public interface SensorDriver extends AutoCloseable {
    /** What this sensor measures; fixed for the driver's life. 1 to 64 channels. */
    List<Channel> channels();

    /**
     * Starts a measurement.
     *
     * @return milliseconds until {@link #read} may be called, 0 or above; or a fault as {@link
     *     Fault#asResult()}, below 0, after which {@link #read} is not called this time
     */
    int begin();

    /**
     * Takes the measurement that {@link #begin()} started: reports every channel exactly once, as a
     * value or as missing. Never throws for what a bus or a chip can do wrong.
     */
    void read(SampleSink sink);

    /**
     * What a person should know beyond the last fault's {@linkplain Fault#words() words}: which
     * file may not be opened and what mends it, which device answers instead. {@code null} where
     * there is nothing to add. May allocate; called after a fault only.
     */
    default @Nullable String trouble() {
        return null;
    }

    /** Releases the bus. Never throws; further calls do nothing. */
    @Override
    void close();
}
