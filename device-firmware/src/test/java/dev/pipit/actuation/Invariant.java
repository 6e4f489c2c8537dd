package dev.pipit.actuation;

import dev.pipit.command.Decision;
import dev.pipit.command.Order;
import dev.pipit.command.Outcome;
import dev.pipit.driver.Fault;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The invariant in words of its own: at every instant an output is safe, or it has a valid lease
 * and meets all limits and interlocks. It is told every write, every order with its decision, and
 * every measurement, and shares no line with the guard that it judges.
 */
final class Invariant implements OutputListener {
    private static final long MS = 1_000_000;
    private static final long RAMP_TICK_NS = 20 * MS;
    private static final long HOUR_NS = 3_600_000 * MS;

    /**
     * A guard is called when its deadlines say so; what it does then must not come later than this.
     */
    private static final long LATE_NS = 50 * MS;

    /** What a violation throws. */
    static final class Violated extends AssertionError {
        private static final long serialVersionUID = 1L;

        Violated(String message) {
            super(message);
        }
    }

    private static final class Seen {
        final Rules rules;
        long value;
        boolean failing;
        long leaseEndNs = Long.MIN_VALUE;
        boolean pulse;
        long pulseValue;
        long onSinceNs;
        long offSinceNs;
        long lastMoveNs;
        boolean away;
        boolean locked;
        final Deque<Long> starts = new ArrayDeque<>();

        Seen(Rules rules) {
            this.rules = rules;
            this.value = rules.safe();
        }
    }

    private record Level(long value, long atNs, boolean known) {}

    private final Map<String, Seen> outputs = new LinkedHashMap<>();
    private final Map<String, BigDecimal> resolutions;
    private final Map<String, Level> levels = new HashMap<>();
    private final Map<String, Long> badSinceNs = new HashMap<>();

    /** The order that is being decided, and for whom. */
    private @Nullable Order order;

    private String orderFor = "";
    private boolean granted;
    private boolean waking;

    Invariant(Map<String, Rules> rules, Map<String, BigDecimal> resolutions) {
        rules.forEach((name, r) -> outputs.put(name, new Seen(r)));
        this.resolutions = resolutions;
    }

    void measured(String channel, long value, long atNs) {
        levels.put(channel, new Level(value, atNs, true));
    }

    void missing(String channel) {
        levels.put(channel, new Level(0, 0, false));
    }

    void ordering(String output, Order order) {
        this.order = order;
        this.orderFor = output;
        this.granted = false;
    }

    /** What the guard said to the order; {@code now} as it was told. */
    void decided(Decision decision, long nowNs) {
        Order asked = order;
        order = null;
        if (asked == null || decision.outcome() != Outcome.OK) {
            return;
        }
        Seen seen = seen(orderFor);
        if (!asked.safe() && asked.value() != seen.rules.safe()) {
            require(!seen.locked, orderFor, "took an order while locked", nowNs);
            require(
                    asked.value() >= seen.rules.least() && asked.value() <= seen.rules.most(),
                    orderFor,
                    "took an order for " + asked.value(),
                    nowNs);
            require(decision.untilNs() >= nowNs, orderFor, "ends before it began", nowNs);
            if (!granted) {
                grant(seen, asked, nowNs);
            }
            if (!seen.away) {
                // A ramp has begun, though its first step is still to come.
                leave(orderFor, seen, nowNs);
            }
            seen.lastMoveNs = Math.max(seen.lastMoveNs, nowNs - RAMP_TICK_NS);
        }
    }

    /** How long the order being decided lets a value stand. */
    private void grant(Seen seen, Order asked, long nowNs) {
        Rules rules = seen.rules;
        long byLease =
                asked.leaseNs() > 0
                        ? nowNs + asked.leaseNs()
                        : rules.hold() || asked.forNs() > 0
                                ? Long.MAX_VALUE
                                : nowNs + rules.leaseNs();
        long byPulse = Long.MAX_VALUE;
        if (asked.forNs() > 0) {
            byPulse = nowNs + asked.forNs();
            if (seen.away && seen.pulse && seen.pulseValue == asked.value()) {
                byPulse = Math.max(byPulse, seen.leaseEndNs);
            }
        }
        require(
                Math.max(asked.forNs(), asked.leaseNs()) <= rules.longestLeaseNs(),
                orderFor,
                "granted a lease that is too long",
                nowNs);
        seen.leaseEndNs = Math.min(byLease, byPulse);
        seen.pulse = asked.forNs() > 0;
        seen.pulseValue = asked.value();
    }

    @Override
    public void written(long nowNs, String name, long value, Cause cause, @Nullable Fault fault) {
        Seen seen = seen(name);
        if (fault != null) {
            seen.failing = true;
            return;
        }
        Rules rules = seen.rules;
        boolean leaves = !seen.away && value != rules.safe();
        Order asked = order;
        if (asked != null
                && name.equals(orderFor)
                && cause == Cause.COMMAND
                && value != rules.safe()) {
            grant(seen, asked, nowNs);
            granted = true;
        }
        if (cause == Cause.COMMAND
                && value == rules.safe()
                && asked != null
                && seen.away
                && !seen.failing
                && !asked.safe()) {
            require(
                    nowNs - seen.onSinceNs >= rules.minOnNs(),
                    name,
                    "went off by a command after " + (nowNs - seen.onSinceNs) / MS + " ms",
                    nowNs);
        }
        if (leaves) {
            leave(name, seen, nowNs);
        }
        if (rules.rampNs() > 0 && value != rules.safe()) {
            double most =
                    (double) (rules.most() - rules.least())
                                    * (nowNs - seen.lastMoveNs)
                                    / rules.rampNs()
                            + 1;
            require(
                    Math.abs(value - seen.value) <= most,
                    name,
                    "jumped from " + seen.value + " to " + value,
                    nowNs);
        }
        seen.failing = false;
        seen.value = value;
        seen.lastMoveNs = nowNs;
        if (value == rules.safe()) {
            if (seen.away) {
                seen.offSinceNs = nowNs;
            }
            seen.away = false;
            seen.pulse = false;
        }
        instant(nowNs);
    }

    /** An output leaves its safe value. */
    private void leave(String name, Seen seen, long nowNs) {
        Rules rules = seen.rules;
        require(!seen.locked, name, "left safe while locked", nowNs);
        require(
                nowNs - seen.offSinceNs >= rules.minOffNs(),
                name,
                "was off for " + (nowNs - seen.offSinceNs) / MS + " ms only",
                nowNs);
        while (!seen.starts.isEmpty() && nowNs - seen.starts.peekFirst() >= HOUR_NS) {
            seen.starts.removeFirst();
        }
        seen.starts.addLast(nowNs);
        require(
                rules.switchesPerHour() == 0 || seen.starts.size() <= rules.switchesPerHour(),
                name,
                "switched on " + seen.starts.size() + " times within an hour",
                nowNs);
        outputs.forEach((other, o) -> {
            boolean mine = rules.excludes().contains(other);
            boolean its = o.rules.excludes().contains(name);
            boolean excluded = mine || its;
            long deadNs = Math.max(mine ? rules.deadTimeNs() : 0, its ? o.rules.deadTimeNs() : 0);
            require(
                    !excluded || (!o.away && nowNs - o.offSinceNs >= deadNs),
                    name,
                    "went on too soon after " + other,
                    nowNs);
        });
        seen.away = true;
        seen.onSinceNs = nowNs;
    }

    @Override
    public void latched(long nowNs, String name, String reason) {
        seen(name).locked = !reason.isEmpty();
    }

    void disconnected(long nowNs) {
        outputs.forEach((name, seen) ->
                require(
                        !seen.rules.safeOnDisconnect() || !seen.away || seen.failing,
                        name,
                        "stayed on without a broker",
                        nowNs));
    }

    /**
     * The process was stopped: what it does first upon waking is judged once all of it is done,
     * because several writes cannot be one.
     */
    void waking(boolean waking) {
        this.waking = waking;
    }

    /** Between two writes too: time alone may break the invariant. */
    void instant(long nowNs) {
        if (waking) {
            return;
        }
        outputs.forEach((name, seen) -> instant(name, seen, nowNs));
    }

    private void instant(String name, Seen seen, long nowNs) {
        Rules rules = seen.rules;
        if (seen.value == rules.safe() || seen.failing) {
            badSinceNs.remove(name);
            return;
        }
        require(
                seen.value >= Math.min(rules.least(), rules.safe())
                        && seen.value <= Math.max(rules.most(), rules.safe()),
                name,
                "has " + seen.value,
                nowNs);
        require(nowNs - LATE_NS <= seen.leaseEndNs, name, "has no lease", nowNs);
        require(
                rules.maxOnNs() == 0 || nowNs - seen.onSinceNs <= rules.maxOnNs() + LATE_NS,
                name,
                "is on for too long",
                nowNs);
        for (String other : rules.excludes()) {
            require(!seen(other).away, name, "is on together with " + other, nowNs);
        }
        boolean good = true;
        for (Condition condition : rules.conditions()) {
            switch (condition) {
                case Condition.OutputIs is -> {
                    Seen other = seen(is.output());
                    require(
                            other.failing
                                    || (other.value >= is.least() && other.value <= is.most()),
                            name,
                            "is on while " + is.output() + " is " + other.value,
                            nowNs);
                }
                case Condition.Measured measured -> good &= holds(measured, nowNs);
            }
        }
        if (good) {
            badSinceNs.remove(name);
            return;
        }
        long since = badSinceNs.computeIfAbsent(name, n -> nowNs);
        require(nowNs - since <= LATE_NS, name, "is on against a condition", nowNs);
    }

    private boolean holds(Condition.Measured measured, long nowNs) {
        Level level = levels.get(measured.channel());
        BigDecimal resolution = resolutions.get(measured.channel());
        if (level == null
                || resolution == null
                || !level.known()
                || nowNs - level.atNs() > measured.maxAgeNs()) {
            return false;
        }
        BigDecimal value = resolution.multiply(BigDecimal.valueOf(level.value()));
        BigDecimal above = measured.above();
        BigDecimal below = measured.below();
        return (above == null || value.compareTo(above) >= 0)
                && (below == null || value.compareTo(below) <= 0);
    }

    private Seen seen(String name) {
        Seen seen = outputs.get(name);
        if (seen == null) {
            throw new IllegalArgumentException(name);
        }
        return seen;
    }

    private void require(boolean holds, String name, String message, long nowNs) {
        if (!holds) {
            throw new Violated(
                    name
                            + " "
                            + message
                            + " at "
                            + nowNs / MS
                            + " ms, order "
                            + order
                            + " for "
                            + orderFor);
        }
    }
}
