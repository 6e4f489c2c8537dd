package dev.pipit.testkit;

import dev.pipit.time.TimeSource;

/** Both clocks in the hand of the test. */
public final class FakeTime implements TimeSource {
    private long monotonicNs;
    private long wallMs;
    private boolean synchronised = true;

    public FakeTime(long wallMs) {
        this.wallMs = wallMs;
    }

    public void advanceMs(long ms) {
        advanceNs(ms * 1_000_000);
    }

    /** Both clocks go on; the wall clock keeps whole milliseconds of the monotonic one. */
    public void advanceNs(long ns) {
        long before = monotonicNs / 1_000_000;
        monotonicNs += ns;
        wallMs += monotonicNs / 1_000_000 - before;
    }

    /** Somebody sets the wall clock; the monotonic one does not notice. */
    public void setWallMs(long wallMs) {
        this.wallMs = wallMs;
    }

    public void synchronised(boolean synchronised) {
        this.synchronised = synchronised;
    }

    @Override
    public long monotonicNs() {
        return monotonicNs;
    }

    @Override
    public long wallMs() {
        return wallMs;
    }

    @Override
    public long sinceBootMs() {
        return monotonicNs / 1_000_000;
    }

    @Override
    public boolean synchronised() {
        return synchronised;
    }
}
