package dev.pipit.telemetry.format;

import dev.pipit.driver.Channel;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * From a channel's integers to numbers in its unit, exactly: {@code value * factor / 10^places},
 * without allocating as long as the product fits 64 bits.
 */
final class ChannelScale {
    private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);

    /** Powers of ten that doubles hold exactly. */
    private static final double[] EXACT_POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18, 1e19, 1e20, 1e21, 1e22
    };

    private static final long EXACT_DOUBLE = 1L << 53;

    private final BigDecimal resolution;
    private final long factor;
    final int places;
    private final long largest;

    ChannelScale(Channel channel) {
        resolution = channel.resolution();
        BigDecimal plain = resolution.stripTrailingZeros();
        if (plain.scale() < 0) {
            plain = plain.setScale(0);
        }
        places = plain.scale();
        BigInteger unscaled = plain.unscaledValue();
        factor = unscaled.compareTo(MOST) <= 0 ? unscaled.longValue() : 0;
        largest = factor == 0 ? 0 : Long.MAX_VALUE / factor;
    }

    /** Whether {@link #product} is exact. */
    boolean fits(long value) {
        return value <= largest && value >= -largest && factor != 0;
    }

    /** The value times {@code 10^places}. */
    long product(long value) {
        return value * factor;
    }

    /** Whether every value is a whole number of units. */
    boolean whole() {
        return places == 0;
    }

    BigDecimal exact(long value) {
        return resolution.multiply(BigDecimal.valueOf(value));
    }

    /** The nearest double. */
    double nearest(long value) {
        if (fits(value) && places < EXACT_POWERS.length) {
            long product = value * factor;
            if (product < EXACT_DOUBLE && product > -EXACT_DOUBLE) {
                // Both operands are exact, so that the division rounds once.
                return product / EXACT_POWERS[places];
            }
        }
        return exact(value).doubleValue();
    }

    static ChannelScale[] of(java.util.List<Channel> channels) {
        return channels.stream().map(ChannelScale::new).toArray(ChannelScale[]::new);
    }
}
