package dev.pipit.command;

/**
 * What an output's guard decided.
 *
 * @param reason one sentence for people; empty where {@code ok} says all
 * @param untilNs where it is {@link Outcome#OK}: when the value ends by itself; where it is a
 *     refusal: when the same command may pass. Monotonic; {@link #NEVER} where there is no such
 *     time
 */
public record Decision(Outcome outcome, String reason, long untilNs) {
    /** A time that does not come. */
    public static final long NEVER = Long.MAX_VALUE;

    public static Decision ok(long untilNs) {
        return new Decision(Outcome.OK, "", untilNs);
    }

    public static Decision refused(Outcome outcome, String reason) {
        return new Decision(outcome, reason, NEVER);
    }

    public static Decision refused(Outcome outcome, String reason, long untilNs) {
        return new Decision(outcome, reason, untilNs);
    }
}
