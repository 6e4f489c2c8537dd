package dev.pipit.driver;

import java.util.Arrays;

/** A sink for tests: keeps the last reading, allocates nothing. */
public final class Reading implements SampleSink {
    public final long[] values = new long[8];
    public final Fault[] faults = new Fault[8];
    public int calls;

    public Reading clear() {
        Arrays.fill(values, Long.MIN_VALUE);
        Arrays.fill(faults, null);
        calls = 0;
        return this;
    }

    @Override
    public void value(int channel, long value) {
        values[channel] = value;
        faults[channel] = null;
        calls++;
    }

    @Override
    public void missing(int channel, Fault fault) {
        values[channel] = Long.MIN_VALUE;
        faults[channel] = fault;
        calls++;
    }
}
