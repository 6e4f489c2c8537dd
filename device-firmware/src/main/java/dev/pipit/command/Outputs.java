package dev.pipit.command;

import dev.pipit.driver.ValueKind;
import java.util.Collection;

/** The outputs behind the gate. Called on the actuation thread only; never blocks. */
public interface Outputs {
    /** Every output's name, in the order of the configuration. */
    Collection<String> names();

    /**
     * The values that an output takes.
     *
     * @param output one of {@link #names()}
     */
    ValueKind values(String output);

    /** The value in force, as read back where the hardware can tell. */
    long value(String output);

    /** The value in force as text. */
    default String shown(String output) {
        return values(output).format(value(output));
    }

    /** When that value ends by itself, monotonic; {@link Decision#NEVER}: it does not. */
    long untilNs(String output);

    /** Applies an order or refuses it, at once. */
    Decision apply(String output, Order order, long nowNs);
}
