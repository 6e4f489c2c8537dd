package dev.pipit.actuation;

import java.util.List;

/**
 * What one output is held to. <em>On</em> means any value but the safe one; <em>off</em> means the
 * safe one.
 *
 * @param safe the value that it falls back to; need not lie within the range
 * @param least the smallest value that a command may ask for
 * @param most the largest value that a command may ask for
 * @param leaseNs how long a value stands without being renewed, where the command does not say
 * @param longestLeaseNs what a command may ask for, as lease or as pulse
 * @param hold whether a value needs no lease unless the command asks for one
 * @param safeOnDisconnect whether losing the broker ends every lease
 * @param maxOnNs longest time on; 0: no limit
 * @param minOnNs shortest time on before a command may end it; never delays going safe
 * @param minOffNs shortest time off before a command may end it; also counted from the start
 * @param switchesPerHour how often it may go on in any hour; 0: no limit
 * @param rampNs how long it takes from {@code least} to {@code most}; 0: jumps
 * @param excludes outputs that may not be on together with this one
 * @param deadTimeNs how long every one of those must have been off before
 * @param conditions what must hold while it is on
 * @param latch whether a violation locks it until somebody acknowledges
 */
public record Rules(
        long safe,
        long least,
        long most,
        long leaseNs,
        long longestLeaseNs,
        boolean hold,
        boolean safeOnDisconnect,
        long maxOnNs,
        long minOnNs,
        long minOffNs,
        int switchesPerHour,
        long rampNs,
        List<String> excludes,
        long deadTimeNs,
        List<Condition> conditions,
        boolean latch) {
    /** The lease where neither configuration nor command says otherwise: 60 s. */
    public static final long USUAL_LEASE_NS = 60_000_000_000L;

    /** The longest lease where the configuration does not say otherwise: 24 h. */
    public static final long USUAL_LONGEST_LEASE_NS = 86_400_000_000_000L;

    public Rules {
        excludes = List.copyOf(excludes);
        conditions = List.copyOf(conditions);
        if (least > most) {
            throw new IllegalArgumentException("no value lies from " + least + " to " + most);
        }
    }

    /** An output with a safe value, a range, the usual lease, and no further rule. */
    public static Rules usual(long safe, long least, long most) {
        return new Rules(
                safe,
                least,
                most,
                USUAL_LEASE_NS,
                USUAL_LONGEST_LEASE_NS,
                false,
                false,
                0,
                0,
                0,
                0,
                0,
                List.of(),
                0,
                List.of(),
                false);
    }
}
