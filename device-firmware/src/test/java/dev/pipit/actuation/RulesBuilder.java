package dev.pipit.actuation;

import java.util.ArrayList;
import java.util.List;

/** Rules, one at a time; times in milliseconds. */
public final class RulesBuilder {
    private static final long MS = 1_000_000;

    public long safe;
    public long least;
    public long most = 1;
    public long leaseMs = 60_000;
    public long longestLeaseMs = 86_400_000;
    public boolean hold;
    public boolean safeOnDisconnect;
    public long maxOnMs;
    public long minOnMs;
    public long minOffMs;
    public int switchesPerHour;
    public long rampMs;
    public List<String> excludes = new ArrayList<>();
    public long deadTimeMs;
    public List<Condition> conditions = new ArrayList<>();
    public boolean latch;

    public static RulesBuilder onOff() {
        return new RulesBuilder();
    }

    public static RulesBuilder level() {
        RulesBuilder rules = new RulesBuilder();
        rules.most = 1000;
        return rules;
    }

    public RulesBuilder safe(long value) {
        safe = value;
        return this;
    }

    public RulesBuilder range(long least, long most) {
        this.least = least;
        this.most = most;
        return this;
    }

    public RulesBuilder leaseMs(long ms) {
        leaseMs = ms;
        return this;
    }

    public RulesBuilder longestLeaseMs(long ms) {
        longestLeaseMs = ms;
        return this;
    }

    public RulesBuilder hold() {
        hold = true;
        return this;
    }

    public RulesBuilder safeOnDisconnect() {
        safeOnDisconnect = true;
        return this;
    }

    public RulesBuilder maxOnMs(long ms) {
        maxOnMs = ms;
        return this;
    }

    public RulesBuilder minOnMs(long ms) {
        minOnMs = ms;
        return this;
    }

    public RulesBuilder minOffMs(long ms) {
        minOffMs = ms;
        return this;
    }

    public RulesBuilder switchesPerHour(int times) {
        switchesPerHour = times;
        return this;
    }

    public RulesBuilder rampMs(long ms) {
        rampMs = ms;
        return this;
    }

    public RulesBuilder excludes(String other, long deadTimeMs) {
        excludes.add(other);
        this.deadTimeMs = deadTimeMs;
        return this;
    }

    public RulesBuilder needs(Condition condition) {
        conditions.add(condition);
        return this;
    }

    public RulesBuilder latch() {
        latch = true;
        return this;
    }

    public Rules build() {
        return new Rules(
                safe,
                least,
                most,
                leaseMs * MS,
                longestLeaseMs * MS,
                hold,
                safeOnDisconnect,
                maxOnMs * MS,
                minOnMs * MS,
                minOffMs * MS,
                switchesPerHour,
                rampMs * MS,
                excludes,
                deadTimeMs * MS,
                conditions,
                latch);
    }
}
