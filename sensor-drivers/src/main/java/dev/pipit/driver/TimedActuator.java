package dev.pipit.driver;

import org.jspecify.annotations.Nullable;

/**
 * An output that takes time to get where it was told to go: a cover, a stepper motor, a servo that
 * lets go after a while, a fan that needs a kick. It has no clock and no thread: whoever writes it
 * brings the time, and comes back when it asks for that.
 *
 * <p>{@link #write} only takes a new value; the {@link #advance} that follows at once acts on it.
 * {@link #readBack} is the value that it was told last, or {@link #UNKNOWN}.
 */
public interface TimedActuator extends ActuatorDriver {
    /** {@link #nextNs} where nothing is due. */
    long NEVER = Long.MAX_VALUE;

    /**
     * Does what is due.
     *
     * @param nowNs monotonic; never earlier than in the call before
     * @return {@code null}, or what went wrong; everything is then switched off as far as possible
     */
    @Nullable Fault advance(long nowNs);

    /** When {@link #advance} must be called next at the latest, or {@link #NEVER}. */
    long nextNs();

    /** Whether it is still on its way to the value that it was told, as far as it knows. */
    boolean moving();

    /**
     * Whether nothing is driven: a motor stands, and stays where it is until the next value. Where
     * the value that means so is the safe one, the output has become safe by itself.
     */
    boolean resting();

    /** What people are told that it is now, on the way as well as there. */
    long shown();
}
