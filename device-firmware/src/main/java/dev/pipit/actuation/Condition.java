package dev.pipit.actuation;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What must hold while an output is on; where it does not, or is not known, the output goes safe.
 */
public sealed interface Condition {
    /**
     * Another output has a value from {@code least} to {@code most}.
     *
     * @param output its name
     */
    record OutputIs(String output, long least, long most) implements Condition {}

    /**
     * A measured value lies within bounds and is not too old.
     *
     * @param channel {@code sensor.channel}
     * @param above in the channel's unit, inclusive; {@code null}: no bound
     * @param below in the channel's unit, inclusive; {@code null}: no bound
     * @param maxAgeNs how old it may be
     */
    record Measured(
            String channel, @Nullable BigDecimal above, @Nullable BigDecimal below, long maxAgeNs)
            implements Condition {}
}
