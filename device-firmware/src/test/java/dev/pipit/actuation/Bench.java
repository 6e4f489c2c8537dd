package dev.pipit.actuation;

import dev.pipit.command.Decision;
import dev.pipit.command.Order;
import dev.pipit.driver.Fault;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A guard on fake hardware, and a clock that only moves when told. */
final class Bench implements OutputListener {
    static final long MS = 1_000_000;

    final Map<String, FakeOutput> hardware = new LinkedHashMap<>();
    final Measurements measurements;
    final OutputGuard guard;

    /** {@code <ms> <output>=<value> <cause>[ !<fault>]}, since the bench began. */
    final List<String> log = new ArrayList<>();

    /** Not 0, where a clock's arbitrary origin would hide mistakes. */
    private static final long BEGIN_NS = 5_000_000_000_000L;

    private long nowNs = BEGIN_NS;

    Bench(Map<String, RulesBuilder> rules) {
        this(rules, Map.of());
    }

    Bench(Map<String, RulesBuilder> rules, Map<String, BigDecimal> channels) {
        measurements = new Measurements(channels.keySet());
        channels.forEach(measurements::bind);
        List<GuardedOutput> outputs = new ArrayList<>();
        rules.forEach((name, builder) -> {
            Rules built = builder.build();
            FakeOutput output = new FakeOutput();
            output.value = built.safe();
            hardware.put(name, output);
            outputs.add(
                    new GuardedOutput(
                            name,
                            built.most() > 1 ? FakeOutput.LEVEL : FakeOutput.SWITCH,
                            built,
                            output));
        });
        guard = new OutputGuard(outputs, measurements, this);
    }

    /** One output named {@code relay}, started. */
    static Bench of(RulesBuilder rules) {
        Bench bench = new Bench(Map.of("relay", rules));
        bench.start();
        return bench;
    }

    Bench start() {
        guard.start(nowNs);
        log.clear();
        return this;
    }

    long nowNs() {
        return nowNs;
    }

    long nowMs() {
        return (nowNs - BEGIN_NS) / MS;
    }

    /** Lets time pass as the actuation thread would: every deadline is kept. */
    Bench pass(long ms) {
        long endNs = nowNs + ms * MS;
        while (true) {
            long next = guard.nextDeadlineNs(nowNs);
            if (next > endNs) {
                nowNs = endNs;
                return this;
            }
            nowNs = Math.max(nowNs, next);
            guard.advance(nowNs);
        }
    }

    /** Lets time pass while the actuation thread is stopped. */
    Bench freeze(long ms) {
        nowNs += ms * MS;
        return this;
    }

    Decision order(String output, Order order) {
        return guard.apply(output, order, nowNs);
    }

    Decision order(String output, long value) {
        return order(output, Order.of(value));
    }

    Decision pulse(String output, long value, long ms) {
        return order(output, Order.pulse(value, ms * MS));
    }

    long value(String output) {
        return hardware(output).value;
    }

    FakeOutput hardware(String output) {
        FakeOutput found = hardware.get(output);
        if (found == null) {
            throw new IllegalArgumentException(output);
        }
        return found;
    }

    /** When a decision's time comes, in milliseconds since the bench began; -1: never. */
    static long untilMs(Decision decision) {
        return decision.untilNs() == Decision.NEVER ? -1 : (decision.untilNs() - BEGIN_NS) / MS;
    }

    @Override
    public void written(long atNs, String output, long value, Cause cause, @Nullable Fault fault) {
        log.add(
                (atNs - BEGIN_NS) / MS
                        + " "
                        + output
                        + "="
                        + value
                        + " "
                        + cause.word()
                        + (fault == null ? "" : " !" + fault));
    }

    @Override
    public void latched(long atNs, String output, String reason) {
        log.add(
                (atNs - BEGIN_NS) / MS
                        + " "
                        + output
                        + (reason.isEmpty() ? " unlocked" : " locked: " + reason));
    }
}
