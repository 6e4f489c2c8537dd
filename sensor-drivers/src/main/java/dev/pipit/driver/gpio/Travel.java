package dev.pipit.driver.gpio;

import com.pi4j.exception.Pi4JException;
import dev.pipit.driver.Errno;
import dev.pipit.driver.Fault;
import dev.pipit.driver.TimedActuator;
import dev.pipit.driver.ValueKind.Position;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/**
 * A motor between two ends, on two relays that are never on together.
 *
 * <pre>
 *   known place:    ask 60 %  -> run for 60 % of the time -> stop
 *   unknown place:  ask 60 %  -> run to the nearer end, time + overrun -> pause -> run -> stop
 *   an end:         ask open  -> run the rest of the way + overrun -> stop: the place is known again
 * </pre>
 *
 * An end switch ends a run at once. Where there is one and a run towards it ends without it, the
 * motor, the switch or what it moves is stuck: a fault, and the place is unknown.
 */
final class Travel implements TimedActuator {
    /** Tenths of a percent. */
    static final long OPEN = 1_000;

    private static final long LOOK_NS = 20_000_000;
    private static final long TELL_NS = 500_000_000;

    /**
     * @param openNs from closed to open
     * @param closeNs from open to closed
     * @param overrunNs beyond an end
     * @param pauseNs between two directions
     */
    record Times(long openNs, long closeNs, long overrunNs, long pauseNs) {}

    /** A switch at one end. */
    interface End {
        boolean reached();

        void release();
    }

    private final SwitchedLine open;
    private final SwitchedLine close;
    private final Times times;
    private final @Nullable End openEnd;
    private final @Nullable End closedEnd;

    private long told = Position.REST;
    private boolean fresh;

    /** Where it shall get to; {@link Position#REST}: it is there, or need not. */
    private long going = Position.REST;

    /** Tenths of a percent, valid where {@link #known}. */
    private double place;

    private boolean known;

    // valid while running
    private int direction;
    private double from;
    private boolean fromKnown;
    private long sinceNs;
    private long untilNs = NEVER;

    private int lastDirection;
    private long stoppedNs;
    private long nextNs = NEVER;

    Travel(
            SwitchedLine open,
            SwitchedLine close,
            Times times,
            @Nullable End openEnd,
            @Nullable End closedEnd) {
        this.open = open;
        this.close = close;
        this.times = times;
        this.openEnd = openEnd;
        this.closedEnd = closedEnd;
    }

    @Override
    public @Nullable Fault write(long value) {
        told = value;
        fresh = true;
        return null;
    }

    @Override
    public @Nullable Fault advance(long nowNs) {
        if (nowNs < nextNs()) {
            return null;
        }
        Fault fault;
        try {
            fault = turn(nowNs);
        } catch (Pi4JException e) {
            fault = Errno.fault(e);
        }
        if (fault != null) {
            giveUp();
        }
        return fault;
    }

    private @Nullable Fault turn(long nowNs) {
        look(nowNs);
        if (direction != 0 && endOf(direction)) {
            atEnd(direction);
            halt(nowNs);
        }
        if (fresh) {
            fresh = false;
            going = told;
            if (direction != 0 && direction != wanted()) {
                halt(nowNs);
            }
        } else if (direction != 0 && nowNs >= untilNs) {
            if (!towardsEnd()) {
                // Some milliseconds too far are no reason to turn round.
                going = Position.REST;
            } else if ((direction > 0 ? openEnd : closedEnd) != null) {
                return Fault.TIMEOUT;
            } else {
                atEnd(direction);
            }
            halt(nowNs);
        }
        return plan(nowNs);
    }

    /** Starts the next run, or goes on with this one. */
    private @Nullable Fault plan(long nowNs) {
        int wanted = wanted();
        if (wanted == 0) {
            if (direction != 0) {
                halt(nowNs);
            }
            going = Position.REST;
            nextNs = NEVER;
            return null;
        }
        if (direction == 0) {
            long mayNs = stoppedNs + times.pauseNs();
            if (lastDirection == -wanted && nowNs < mayNs) {
                nextNs = mayNs;
                return null;
            }
            Fault fault = run(wanted, nowNs);
            if (fault != null) {
                return fault;
            }
        }
        untilNs = sinceNs + length();
        boolean watched = (direction > 0 ? openEnd : closedEnd) != null;
        nextNs = Math.min(untilNs, nowNs + (watched ? LOOK_NS : TELL_NS));
        return null;
    }

    /** Which way it must run: 1 opens, -1 closes, 0 it need not. */
    private int wanted() {
        if (going == Position.REST) {
            return 0;
        }
        if (!known) {
            return going * 2 < OPEN ? -1 : 1;
        }
        long at = Math.round(place);
        // On its way to an end it runs on beyond it: that it seems to be there is no reason to
        // stop.
        if (at == going && direction != 0 && towardsEnd()) {
            return direction;
        }
        return Long.signum(going - at);
    }

    private boolean towardsEnd() {
        return !fromKnown || going == (direction > 0 ? OPEN : 0);
    }

    /** How long this run lasts, from its start. */
    private long length() {
        long whole = direction > 0 ? times.openNs() : times.closeNs();
        if (!fromKnown) {
            return whole + times.overrunNs();
        }
        long way = (long) (Math.abs(going - from) / OPEN * whole);
        return towardsEnd() ? way + times.overrunNs() : way;
    }

    private @Nullable Fault run(int way, long nowNs) {
        SwitchedLine other = way > 0 ? close : open;
        other.set(false);
        if (!other.faithful()) {
            return Fault.OTHER;
        }
        direction = way;
        lastDirection = way;
        from = place;
        fromKnown = known;
        sinceNs = nowNs;
        (way > 0 ? open : close).set(true);
        return null;
    }

    /** Brings the place up to date. */
    private void look(long nowNs) {
        if (openEnd != null && closedEnd != null && openEnd.reached() && closedEnd.reached()) {
            throw new Pi4JException("both end switches are active: is a wire broken?");
        }
        if (direction == 0) {
            if (!known && endOf(1)) {
                atEnd(1);
            } else if (!known && endOf(-1)) {
                atEnd(-1);
            }
            return;
        }
        if (fromKnown) {
            double whole = direction > 0 ? times.openNs() : times.closeNs();
            double way = OPEN * (nowNs - sinceNs) / whole;
            place = Math.clamp(from + direction * way, 0, OPEN);
        }
    }

    private boolean endOf(int way) {
        End end = way > 0 ? openEnd : closedEnd;
        return end != null && end.reached();
    }

    private void atEnd(int way) {
        place = way > 0 ? OPEN : 0;
        known = true;
    }

    private void halt(long nowNs) {
        open.set(false);
        close.set(false);
        direction = 0;
        stoppedNs = nowNs;
        untilNs = NEVER;
    }

    /** Something is broken: both off, as far as they can be told. */
    private void giveUp() {
        direction = 0;
        going = Position.REST;
        fresh = false;
        known = false;
        nextNs = NEVER;
        for (SwitchedLine line : new SwitchedLine[] {open, close}) {
            try {
                line.set(false);
            } catch (Pi4JException e) {
                Logger.warn("a relay cannot be switched off; tried again with the safe value");
            }
        }
    }

    @Override
    public long nextNs() {
        return fresh ? Long.MIN_VALUE : nextNs;
    }

    @Override
    public boolean moving() {
        return direction != 0 || going != Position.REST;
    }

    @Override
    public boolean resting() {
        return !moving() && !fresh;
    }

    @Override
    public long shown() {
        return known ? Math.round(place) : Position.UNKNOWN;
    }

    @Override
    public long readBack() {
        try {
            return open.faithful() && close.faithful() ? told : Position.UNKNOWN;
        } catch (Pi4JException e) {
            return UNKNOWN;
        }
    }

    @Override
    public void close() {
        giveUp();
        open.release();
        close.release();
        if (openEnd != null) {
            openEnd.release();
        }
        if (closedEnd != null) {
            closedEnd.release();
        }
    }
}
