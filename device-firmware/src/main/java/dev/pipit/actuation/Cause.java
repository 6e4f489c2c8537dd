package dev.pipit.actuation;

import java.util.Locale;

/** Why an output was written. */
public enum Cause {
    START,
    STOP,
    COMMAND,
    RAMP,
    LEASE_ENDED,
    PULSE_ENDED,
    MAX_ON,
    DISCONNECTED,
    INTERLOCK,
    CONDITION,
    HARDWARE,
    SAFE_VERB,
    RETRY;

    private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** As logs carry it: {@code lease-ended}. */
    public String word() {
        return word;
    }
}
