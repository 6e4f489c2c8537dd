package dev.pipit.command;

import dev.pipit.time.TimeSource;

/**
 * One instant on both clocks.
 *
 * @param monotonicNs what leases, limits and rates are measured on
 * @param epochMs what the wall clock says, wrong by decades where it is not synchronised
 * @param synchronised whether the wall clock can be believed
 */
public record Moment(long monotonicNs, long epochMs, boolean synchronised) {
    public static Moment of(TimeSource time) {
        return new Moment(time.monotonicNs(), time.wallMs(), time.synchronised());
    }
}
