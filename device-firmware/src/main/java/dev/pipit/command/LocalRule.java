package dev.pipit.command;

import java.math.BigDecimal;
import java.time.LocalTime;
import org.jspecify.annotations.Nullable;

/**
 * What this device does by itself, without a broker; it passes the same guard as any command.
 *
 * @param name its own, in the configuration
 * @param text as the user wrote it, for logs and the birth message
 */
public record LocalRule(String name, When when, String actuator, Order order, String text) {
    /** What sets a rule off. */
    public sealed interface When {
        /**
         * Something happened at an input.
         *
         * @param count for clicks: how many; else 1
         */
        record Event(String input, Gestures.Kind kind, int count) implements When {}

        /**
         * A measured value is beyond a bound. The rule holds from then until the value is back by
         * {@code hysteresis} or unknown, and its order is renewed as long as it holds.
         *
         * @param channel {@code sensor.channel}
         * @param above whether beyond means above
         * @param bound in the channel's unit
         * @param hysteresis 0 or above
         * @param forNs how long the value must have been beyond
         */
        record Threshold(
                String channel, boolean above, BigDecimal bound, BigDecimal hysteresis, long forNs)
                implements When {
            /** Whether the rule holds, given whether it held before. */
            boolean beyond(@Nullable BigDecimal value, boolean before) {
                if (value == null) {
                    return false;
                }
                BigDecimal slack = before ? hysteresis : BigDecimal.ZERO;
                return above
                        ? value.compareTo(bound.subtract(slack)) > 0
                        : value.compareTo(bound.add(slack)) < 0;
            }
        }

        /** It is this time of day, where the clock is synchronised. */
        record TimeOfDay(LocalTime time) implements When {}

        /**
         * There has been no broker.
         *
         * @param forNs for how long
         */
        record BrokerLost(long forNs) implements When {}
    }
}
