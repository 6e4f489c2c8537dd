package dev.pipit.command;

import dev.pipit.driver.ValueKind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Outputs that take everything and remember it. */
final class FakeOutputs implements Outputs {
    private static final long MS = 1_000_000;

    final List<String> orders = new ArrayList<>();
    final Map<String, Long> inForce = new HashMap<>();
    long untilNs = Decision.NEVER;

    @Override
    public Collection<String> names() {
        return List.of("relay", "pump", "fan");
    }

    @Override
    public ValueKind values(String output) {
        return output.equals("fan")
                ? new ValueKind.Level("%", new BigDecimal("0.1"), 0, 1000)
                : new ValueKind.Switch();
    }

    @Override
    public long value(String output) {
        return inForce.getOrDefault(output, 0L);
    }

    @Override
    public long untilNs(String output) {
        return untilNs;
    }

    @Override
    public Decision apply(String output, Order order, long nowNs) {
        inForce.put(output, order.value());
        orders.add(
                output
                        + (order.safe() ? " safe" : "=" + order.value())
                        + (order.forNs() > 0 ? " for " + order.forNs() / MS + "ms" : "")
                        + (order.leaseNs() > 0 ? " lease " + order.leaseNs() / MS + "ms" : "")
                        + (order.fadeNs() > 0 ? " fade " + order.fadeNs() / MS + "ms" : ""));
        return Decision.ok(nowNs + 60_000 * MS);
    }
}
