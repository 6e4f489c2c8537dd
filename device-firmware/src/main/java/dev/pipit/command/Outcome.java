package dev.pipit.command;

import java.util.Locale;

/** What became of a command: the closed set of words an answer may carry. */
public enum Outcome {
    /** Done; the value is in force, or the output is on its way to it. */
    OK,
    /** A command with this id or Correlation Data was answered before; nothing moved again. */
    DUPLICATE,
    /** The message was retained by the broker: nobody may be there any more who wants it. */
    RETAINED,
    /** It came too late. */
    EXPIRED,
    /** Signed, and its counter was used before. */
    REPLAYED,
    /** Nothing that its sender may ask for, or not signed as it must be. */
    UNAUTHORISED,
    /** Not a command at all. */
    BAD_PAYLOAD,
    /** Well-formed, and more or less than the output may take. */
    OUT_OF_RANGE,
    /** Another output or a sensor forbids it now. */
    INTERLOCKED,
    /** Minimum on or off time, switches per hour, or too many commands. */
    TOO_SOON,
    /** Latched after a violation until somebody acknowledges it. */
    LOCKED_OUT,
    /** The hardware did not take the value, or reads back another. */
    HARDWARE_ERROR,
    /**
     * It cannot be decided now, and will not be done later: starting, ending, without the
     * synchronised clock that the command needs, unable to keep its counter, or busy because
     * another output hangs.
     */
    NOT_READY;

    private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** As an answer carries it: {@code bad-payload}. */
    public String word() {
        return word;
    }
}
