package dev.pipit.actuation;

import java.util.Locale;

/** Why an output was written. */
public enum Cause {
    START,
    STOP,
    COMMAND,
    /** A step on the way of a ramp or fade. */
    RAMP,
    /** Its last step: the value that was asked for. */
    RAMP_ENDED,
    LEASE_ENDED,
    PULSE_ENDED,
    MAX_ON,
    DISCONNECTED,
    INTERLOCK,
    CONDITION,
    HARDWARE,
    SAFE_VERB,
    RETRY,
    /** It has got where it was told to, and nothing is driven any more. */
    ARRIVED,
    /** The hardware showed another value than the one in force. */
    READ_BACK;

    private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** As logs carry it: {@code lease-ended}. */
    public String word() {
        return word;
    }
}
