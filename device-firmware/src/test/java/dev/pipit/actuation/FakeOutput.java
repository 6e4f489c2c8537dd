package dev.pipit.actuation;

import dev.pipit.driver.ActuatorDriver;
import dev.pipit.driver.Fault;
import dev.pipit.driver.ValueKind;
import org.jspecify.annotations.Nullable;

/** Hardware in a variable, which can be told to fail. */
public final class FakeOutput implements ActuatorDriver {
    public static final ValueKind SWITCH = new ValueKind.Switch();
    public static final ValueKind LEVEL =
            new ValueKind.Level("%", new java.math.BigDecimal("0.1"), 0, 1000);

    public long value;
    public long writes;
    public @Nullable Fault fault;
    public boolean throwing;

    /** The only value that it takes, where not {@link #UNKNOWN}. */
    public long stuckAt = UNKNOWN;

    public boolean blind;
    public boolean readThrows;

    @Override
    public @Nullable Fault write(long value) {
        writes++;
        if (throwing) {
            throw new IllegalStateException("a driver that breaks its contract");
        }
        if (fault != null) {
            return fault;
        }
        this.value = stuckAt == UNKNOWN ? value : stuckAt;
        return null;
    }

    @Override
    public long readBack() {
        if (readThrows) {
            throw new IllegalStateException("a driver that breaks its contract");
        }
        return blind ? UNKNOWN : value;
    }

    @Override
    public void close() {}
}
