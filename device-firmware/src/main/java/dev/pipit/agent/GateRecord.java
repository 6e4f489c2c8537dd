package dev.pipit.agent;

import dev.pipit.command.Answer;
import dev.pipit.command.AuditLog;
import dev.pipit.command.CommandGate;
import dev.pipit.command.Decision;
import dev.pipit.command.Incoming;
import dev.pipit.command.LocalRule;
import dev.pipit.command.Moment;
import dev.pipit.command.Outcome;
import dev.pipit.command.SecurityWatch;
import dev.pipit.command.TokenBucket;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/**
 * Keeps the record of what the gate decided and what rules ordered: log, audit log, security
 * events. What was done is always audited, because the gate's rates bound it; of refusals only so
 * many a second, so that a flood can neither fill the disk nor push earlier lines out. The rest is
 * counted and told once a second.
 *
 * <p>{@link #decided} on the thread of the {@link ActuationLoop}, and on the MQTT reader thread for
 * what that one could not be asked; {@link #advance} from another thread.
 */
final class GateRecord implements CommandGate.Listener {
    private static final int BURST = 50;
    private static final int PER_SECOND = 20;

    private final @Nullable AuditLog audit;
    private final SecurityWatch security;
    private final TokenBucket logged = new TokenBucket(BURST, PER_SECOND);
    private final TokenBucket refusals = new TokenBucket(BURST, PER_SECOND);

    /** Above what the gate lets through; only {@code safe} is never too much for it. */
    private final TokenBucket done = new TokenBucket(200, 100);

    private long untold;

    GateRecord(@Nullable AuditLog audit, SecurityWatch security) {
        this.audit = audit;
        this.security = security;
    }

    @Override
    public void decided(Incoming incoming, Answer answer, Moment now) {
        security.decided(incoming, answer, now);
        boolean flood = CommandGate.flooded(answer);
        boolean kept;
        boolean told;
        synchronized (this) {
            TokenBucket bound = answer.outcome() == Outcome.OK ? done : refusals;
            kept = !flood && bound.take(now.monotonicNs());
            told = !flood && logged.take(now.monotonicNs());
            untold += kept ? 0 : 1;
        }
        if (kept && audit != null) {
            audit.command(incoming, answer, now);
        }
        if (told) {
            Logger.info(
                    "command for {}: {}{}",
                    answer.target(),
                    answer.outcome().word(),
                    answer.reason().isEmpty() ? "" : " (" + answer.reason() + ")");
        }
    }

    /** An order of a local rule: kept as a command is, and bounded with them. */
    void ruled(LocalRule rule, Decision decision, Moment now) {
        boolean kept;
        boolean told;
        synchronized (this) {
            TokenBucket bound = decision.outcome() == Outcome.OK ? done : refusals;
            kept = bound.take(now.monotonicNs());
            told = logged.take(now.monotonicNs());
            untold += kept ? 0 : 1;
        }
        if (kept && audit != null) {
            audit.rule(rule, decision, now);
        }
        if (told) {
            Logger.info(
                    "rule {}: {}{}",
                    rule.name(),
                    decision.outcome().word(),
                    decision.reason().isEmpty() ? "" : " (" + decision.reason() + ")");
        }
    }

    /** Tells what was only counted; about once a second. */
    void advance(Moment now) {
        security.advance(now);
        long count;
        synchronized (this) {
            count = untold;
            untold = 0;
        }
        if (count > 0) {
            Logger.warn(
                    "{} more commands and orders of rules: refused, or asking again for what is in force",
                    count);
            if (audit != null) {
                audit.flood(count, now);
            }
        }
    }
}
