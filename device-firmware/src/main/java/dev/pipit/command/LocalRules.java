package dev.pipit.command;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Carries local rules out. Called on the actuation thread only; waits for nobody. */
public final class LocalRules {
    /** How often thresholds and times are looked at, and orders of rules that hold renewed. */
    private static final long TURN_NS = 1_000_000_000;

    /** Hears of every order that a rule gave, for the audit log. */
    @FunctionalInterface
    public interface Listener {
        void ruled(LocalRule rule, Decision decision, Moment now);
    }

    private static final class State {
        final LocalRule rule;
        boolean beyond;
        long beyondSinceNs;
        boolean acted;
        @Nullable LocalDate lastDay;

        State(LocalRule rule) {
            this.rule = rule;
        }
    }

    private final List<State> states = new ArrayList<>();
    private final Outputs outputs;
    private final BiFunction<String, Long, @Nullable BigDecimal> values;
    private final ZoneId zone;
    private final Listener listener;
    private boolean connected;
    private long lostSinceNs;
    private long nextNs = Long.MIN_VALUE;

    /**
     * @param values a channel's newest value in its unit as of a monotonic time; {@code null} where
     *     there is none that is fresh
     * @param startNs since when there has been no broker
     */
    public LocalRules(
            List<LocalRule> rules,
            Outputs outputs,
            BiFunction<String, Long, @Nullable BigDecimal> values,
            ZoneId zone,
            long startNs,
            Listener listener) {
        rules.forEach(rule -> states.add(new State(rule)));
        this.outputs = outputs;
        this.values = values;
        this.zone = zone;
        this.lostSinceNs = startNs;
        this.listener = listener;
    }

    /** Something happened at an input. */
    public void event(String input, Gestures.Kind kind, int count, Moment now) {
        for (State state : states) {
            if (state.rule.when() instanceof LocalRule.When.Event event
                    && event.input().equals(input)
                    && event.kind() == kind
                    && event.count() == count) {
                act(state, now);
            }
        }
    }

    public void connected(boolean connected, long nowNs) {
        if (this.connected && !connected) {
            lostSinceNs = nowNs;
        }
        this.connected = connected;
        if (connected) {
            for (State state : states) {
                if (state.rule.when() instanceof LocalRule.When.BrokerLost) {
                    state.acted = false;
                }
            }
        }
    }

    /**
     * When {@link #advance} must be called next; {@link Long#MAX_VALUE} where there are no rules.
     */
    public long nextDeadlineNs() {
        return states.isEmpty() ? Long.MAX_VALUE : nextNs;
    }

    /** Looks at thresholds and times, once a second. */
    public void advance(Moment now) {
        if (states.isEmpty() || now.monotonicNs() < nextNs) {
            return;
        }
        nextNs = now.monotonicNs() + TURN_NS;
        for (State state : states) {
            switch (state.rule.when()) {
                case LocalRule.When.Event event -> {}
                case LocalRule.When.Threshold threshold -> threshold(state, threshold, now);
                case LocalRule.When.TimeOfDay time -> timeOfDay(state, time, now);
                case LocalRule.When.BrokerLost lost -> {
                    if (!connected && now.monotonicNs() - lostSinceNs >= lost.forNs()) {
                        hold(state, now);
                    }
                }
            }
        }
    }

    private void threshold(State state, LocalRule.When.Threshold threshold, Moment now) {
        boolean beyond =
                threshold.beyond(
                        values.apply(threshold.channel(), now.monotonicNs()), state.beyond);
        if (beyond && !state.beyond) {
            state.beyondSinceNs = now.monotonicNs();
            state.acted = false;
        }
        state.beyond = beyond;
        if (beyond && now.monotonicNs() - state.beyondSinceNs >= threshold.forNs()) {
            hold(state, now);
        }
    }

    private void timeOfDay(State state, LocalRule.When.TimeOfDay time, Moment now) {
        if (!now.synchronised()) {
            return;
        }
        ZonedDateTime local = Instant.ofEpochMilli(now.epochMs()).atZone(zone);
        boolean due =
                local.getHour() == time.time().getHour()
                        && local.getMinute() == time.time().getMinute();
        if (due && !local.toLocalDate().equals(state.lastDay)) {
            state.lastDay = local.toLocalDate();
            act(state, now);
        }
    }

    /** A rule that holds vouches for its output: it renews the lease. A pulse is given once. */
    private void hold(State state, Moment now) {
        boolean once = state.rule.order().forNs() > 0 || state.rule.order().safe();
        if (once && state.acted) {
            return;
        }
        act(state, now);
    }

    private void act(State state, Moment now) {
        Decision decision =
                outputs.apply(state.rule.actuator(), state.rule.order(), now.monotonicNs());
        boolean renewal = state.acted && decision.outcome() == Outcome.OK;
        if (decision.outcome() == Outcome.OK) {
            state.acted = true;
        }
        if (!renewal || state.rule.when() instanceof LocalRule.When.Event) {
            listener.ruled(state.rule, decision, now);
        }
    }
}
