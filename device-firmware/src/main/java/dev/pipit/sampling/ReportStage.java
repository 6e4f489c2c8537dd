package dev.pipit.sampling;

import dev.pipit.telemetry.Reading;
import dev.pipit.time.TimeSource;
import java.util.ArrayList;
import java.util.List;

/** Passes on the readings that their sensors' policies want; on the sampler threads. */
public final class ReportStage implements ReadingSink {
    private final TimeSource time;
    private final ReadingSink next;
    private final List<ReportPolicy> policies = new ArrayList<>();

    public ReportStage(TimeSource time, ReadingSink next) {
        this.time = time;
        this.next = next;
    }

    /** Adds a sensor, in the order of the configuration, before sampling starts. */
    public void add(ReportPolicy policy) {
        policies.add(policy);
    }

    @Override
    public void reading(int sensor, Reading reading, boolean synchronised) {
        if (policies.get(sensor).wants(reading, time.monotonicNs() / 1_000_000)) {
            next.reading(sensor, reading, synchronised);
        }
    }
}
