package dev.pipit.time;

/**
 * The two clocks of a device. Intervals, back-off and leases use the monotonic one only; the wall
 * clock only stamps readings, because a Pi has no battery clock and starts in the past.
 */
public interface TimeSource {
    /** Nanoseconds from an arbitrary origin; never goes back, never jumps. */
    long monotonicNs();

    /** Milliseconds since the Unix epoch, as far as this device knows. */
    long wallMs();

    /** Milliseconds since this device booted. */
    long sinceBootMs();

    /** Whether {@link #wallMs()} can be believed. */
    boolean synchronised();
}
