package dev.pipit.sampling;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * By how much a value must differ from the one reported last.
 *
 * @param amount above 0: in the channel's unit, or in percent of the value reported last
 */
public record Delta(BigDecimal amount, boolean percent) {
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    public Delta {
        if (amount.signum() <= 0) {
            throw new IllegalArgumentException("delta of " + amount + ": expected above 0");
        }
    }

    /** In steps of a resolution, at least 1; 0 where it is a percentage. */
    long steps(BigDecimal resolution) {
        if (percent) {
            return 0;
        }
        return amount.divide(resolution, 0, RoundingMode.CEILING)
                .min(BigDecimal.valueOf(Long.MAX_VALUE))
                .longValue();
    }

    /** As a part of one; 0 where it is absolute. */
    double fraction() {
        return percent ? amount.divide(HUNDRED).doubleValue() : 0;
    }

    @Override
    public String toString() {
        return amount.toPlainString() + (percent ? "%" : "");
    }
}
