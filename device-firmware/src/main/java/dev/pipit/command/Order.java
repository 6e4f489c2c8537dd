package dev.pipit.command;

/**
 * What a command asks of an output, understood and in integers.
 *
 * @param safe whether it asks for the safe value by the word {@code safe}; {@code value} then means
 *     nothing
 * @param value in steps of the output's resolution
 * @param forNs a timed pulse: how long the value shall stand; 0: no pulse
 * @param leaseNs how long the value may stand without being renewed; 0: as configured
 * @param fadeNs how long the way to the value shall take; 0: as fast as allowed
 */
public record Order(boolean safe, long value, long forNs, long leaseNs, long fadeNs) {
    public Order(boolean safe, long value, long forNs, long leaseNs) {
        this(safe, value, forNs, leaseNs, 0);
    }

    /** The safe value, at once. */
    public static final Order SAFE = new Order(true, 0, 0, 0);

    public static Order of(long value) {
        return new Order(false, value, 0, 0);
    }

    /** A timed pulse. */
    public static Order pulse(long value, long forNs) {
        return new Order(false, value, forNs, 0);
    }

    /** A value with a lease of its own. */
    public static Order leased(long value, long leaseNs) {
        return new Order(false, value, 0, leaseNs);
    }
}
