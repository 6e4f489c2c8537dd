package dev.pipit.agent;

import dev.pipit.actuation.Measurements;
import dev.pipit.config.SensorConfig;
import dev.pipit.driver.Channel;
import dev.pipit.sampling.ReadingSink;
import dev.pipit.telemetry.Reading;
import dev.pipit.time.TimeSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Shows readings to the outputs whose conditions look at them, then passes them on. Called on the
 * sampler threads; allocates nothing per reading.
 */
final class ConditionFeed implements ReadingSink {
    private final Measurements measurements;
    private final TimeSource time;
    private final ReadingSink next;

    /** By sensor and channel: the number in {@link #measurements}, -1 where nobody looks. */
    private final List<int[]> numbers = new ArrayList<>();

    ConditionFeed(Measurements measurements, TimeSource time, ReadingSink next) {
        this.measurements = measurements;
        this.time = time;
        this.next = next;
    }

    /** Says what a sensor measures; in the order of the configuration, before sampling starts. */
    void add(SensorConfig sensor, List<Channel> channels) {
        int[] own = new int[channels.size()];
        for (int i = 0; i < own.length; i++) {
            Channel channel = channels.get(i);
            own[i] = measurements.bind(sensor.name() + "." + channel.name(), channel.resolution());
        }
        numbers.add(Arrays.stream(own).allMatch(n -> n < 0) ? new int[0] : own);
    }

    @Override
    public void reading(int sensor, Reading reading, boolean synchronised) {
        int[] own = numbers.get(sensor);
        if (own.length > 0) {
            long nowNs = time.monotonicNs();
            for (int channel = 0; channel < own.length; channel++) {
                if (own[channel] < 0) {
                    continue;
                }
                if (reading.present(channel)) {
                    measurements.put(own[channel], reading.value(channel), nowNs);
                } else {
                    measurements.missing(own[channel]);
                }
            }
        }
        next.reading(sensor, reading, synchronised);
    }
}
