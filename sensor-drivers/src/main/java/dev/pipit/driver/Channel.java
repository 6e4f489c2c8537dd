package dev.pipit.driver;

import java.math.BigDecimal;

/**
 * One quantity that a sensor measures.
 *
 * @param name SenML name (RFC 8428 section 4.5.1), unique within the sensor: {@code temperature}.
 *     Ours are lower case with underscores; a schema of another maker may use all that SenML allows
 * @param unit SenML unit (RFC 8428 section 12.1 and its registries): {@code Cel}, {@code %RH},
 *     {@code Pa}; the empty string where a number has none
 * @param resolution the unit value of the integer 1, above zero: {@code 0.01}
 * @param width bytes in a flat frame, signed: 1, 2, 4 or 8
 * @param reference an integer near the usual value, to which dense frames send the first one
 */
public record Channel(String name, String unit, BigDecimal resolution, int width, long reference) {
    public Channel {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9:./_-]{0,63}")) {
            throw new IllegalArgumentException(
                    "channel name '" + name + "': expected [A-Za-z0-9][A-Za-z0-9:./_-]{0,63}");
        }
        if (resolution.signum() <= 0) {
            throw new IllegalArgumentException(
                    "resolution of " + name + " is " + resolution + ": expected above 0");
        }
        if (width != 1 && width != 2 && width != 4 && width != 8) {
            throw new IllegalArgumentException(
                    "width of " + name + " is " + width + ": expected 1, 2, 4 or 8");
        }
        if (reference <= -(1L << 53) || reference >= 1L << 53) {
            throw new IllegalArgumentException(
                    "reference of " + name + " is " + reference + ": expected within ±(2^53 - 1)");
        }
    }

    /** A channel whose resolution is written as a decimal number: {@code "0.01"}. */
    public static Channel of(
            String name, String unit, String resolution, int width, long reference) {
        return new Channel(name, unit, new BigDecimal(resolution), width, reference);
    }
}
