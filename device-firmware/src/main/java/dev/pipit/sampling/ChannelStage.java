package dev.pipit.sampling;

import dev.pipit.sampling.filter.FilterPipeline;
import dev.pipit.telemetry.Reading;
import dev.pipit.time.TimeSource;
import java.util.ArrayList;
import java.util.List;

/**
 * From what drivers measure to what is told of it: each sensor's readings through its channels'
 * filters. Sensors are independent of each other, so each may be called on its bus's thread;
 * allocates nothing per reading.
 */
public final class ChannelStage implements ReadingSink {
    private final TimeSource time;
    private final ReadingSink next;
    private final List<Sensor> sensors = new ArrayList<>();

    private static final class Sensor {
        final int[] sources;
        final FilterPipeline[] pipelines;
        final Reading out;

        Sensor(List<ChannelPlan> plans) {
            sources = plans.stream().mapToInt(ChannelPlan::source).toArray();
            pipelines = plans.stream().map(ChannelPlan::pipeline).toArray(FilterPipeline[]::new);
            out = new Reading(plans.size());
        }
    }

    public ChannelStage(TimeSource time, ReadingSink next) {
        this.time = time;
        this.next = next;
    }

    /** Adds a sensor, in the order of the configuration, before sampling starts. */
    public void add(List<ChannelPlan> plans) {
        sensors.add(new Sensor(plans));
    }

    @Override
    public void reading(int sensor, Reading reading, boolean synchronised) {
        Sensor stage = sensors.get(sensor);
        Reading out = stage.out;
        // Filters reckon with the clock that nobody sets.
        long nowMs = time.monotonicNs() / 1_000_000;
        out.timeMs(reading.timeMs());
        for (int c = 0; c < stage.sources.length; c++) {
            int source = stage.sources[c];
            FilterPipeline pipeline = stage.pipelines[c];
            if (!reading.present(source)) {
                pipeline.reset();
                out.missing(c, reading.reason(source));
            } else if (pipeline.apply(reading.value(source), nowMs)) {
                out.value(c, pipeline.value());
            } else {
                out.missing(c, pipeline.fault());
            }
        }
        next.reading(sensor, out, synchronised);
    }
}
