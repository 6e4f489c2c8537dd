package dev.pipit.command;

import dev.pipit.json.JsonWriter;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Turns refusals that may be somebody's attack, and other things that concern a device's safety,
 * into few events and one alarm:
 *
 * <pre>
 * event  {"event":"unauthorised","about":"command/relay","reason":"...","count":1,"total":17,"t":1795348800123}
 * alarm  {"alarm":"security","refused":240,"most":"unauthorised","t":1795348800123}
 * </pre>
 *
 * The first of a kind is told at once; those of the next {@value #QUIET_S} s are counted and told
 * together, so that nobody can make a device talk. {@value #ALARM_AT} refusals within a minute
 * raise the alarm; five minutes without one clear it.
 *
 * <p>Thread-safe; waits for nobody.
 */
public final class SecurityWatch {
    /** So many seconds at least lie between two events of a kind. */
    static final int QUIET_S = 10;

    /** So many refusals within a minute are an alarm. */
    static final int ALARM_AT = 20;

    private static final long SECOND_NS = 1_000_000_000L;
    private static final long QUIET_NS = QUIET_S * SECOND_NS;
    private static final long MINUTE_NS = 60 * SECOND_NS;
    private static final long CLEAR_NS = 5 * MINUTE_NS;
    private static final long JUMP_MS = 5_000;

    /** What happened. */
    public enum Kind {
        /** No such actuator, no right to it, or a signature that does not fit. */
        UNAUTHORISED,
        /** A signed command whose counter was used before. */
        REPLAYED,
        /** A command that the broker kept. */
        RETAINED,
        EXPIRED,
        BAD_PAYLOAD,
        /** More commands than the rates allow. */
        FLOOD,
        CONFIGURATION_CHANGED,
        TIME_JUMP;

        /** As events carry it: {@code bad-payload}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        private boolean refusal() {
            return this != CONFIGURATION_CHANGED && this != TIME_JUMP;
        }
    }

    /** Where events and the alarm go; must not wait. */
    public interface Sink {
        /**
         * @return whether somebody can hear it; if not, it is told again
         */
        boolean event(String json);

        /** Raises the alarm, or clears it where {@code json} is empty. */
        void alarm(String json);
    }

    private static final class Tally {
        long total;
        long untold;
        boolean everTold;
        long toldNs;
        String about = "";
        String reason = "";
    }

    private final Sink sink;
    private final Map<Kind, Tally> tallies = new EnumMap<>(Kind.class);
    private boolean alarmed;
    private long minuteNs;
    private long inMinute;
    private long refusedSinceRaised;
    private long lastRefusalNs;
    private boolean clockSeen;
    private long clockMonotonicNs;
    private long clockEpochMs;

    public SecurityWatch(Sink sink) {
        this.sink = sink;
        for (Kind kind : Kind.values()) {
            tallies.put(kind, new Tally());
        }
    }

    /** A decision of the gate. */
    public synchronized void decided(Incoming incoming, Answer answer, Moment now) {
        Kind kind =
                switch (answer.outcome()) {
                    case UNAUTHORISED -> Kind.UNAUTHORISED;
                    case REPLAYED -> Kind.REPLAYED;
                    case RETAINED -> Kind.RETAINED;
                    case EXPIRED -> Kind.EXPIRED;
                    case BAD_PAYLOAD -> Kind.BAD_PAYLOAD;
                    case TOO_SOON -> CommandGate.flooded(answer) ? Kind.FLOOD : null;
                    default -> null;
                };
        if (kind != null) {
            count(
                    kind,
                    (incoming.control() ? "control/" : "command/") + answer.target(),
                    answer.reason(),
                    now);
        }
    }

    /** Something that concerns the device's safety and is no command. */
    public synchronized void note(Kind kind, String about, String reason, Moment now) {
        count(kind, about, reason, now);
    }

    /** How often something happened since start. */
    public synchronized long total(Kind kind) {
        return tally(kind).total;
    }

    /** Whether the alarm is raised. */
    public synchronized boolean alarmed() {
        return alarmed;
    }

    private Tally tally(Kind kind) {
        return Objects.requireNonNull(tallies.get(kind));
    }

    private void count(Kind kind, String about, String reason, Moment now) {
        Tally tally = tally(kind);
        tally.total++;
        tally.untold++;
        tally.about = about;
        tally.reason = reason;
        if (due(tally, now)) {
            tell(kind, tally, now);
        }
        if (kind.refusal()) {
            refused(now);
        }
    }

    private static boolean due(Tally tally, Moment now) {
        return !tally.everTold || now.monotonicNs() - tally.toldNs >= QUIET_NS;
    }

    private void refused(Moment now) {
        if (inMinute == 0 || now.monotonicNs() - minuteNs >= MINUTE_NS) {
            minuteNs = now.monotonicNs();
            inMinute = 0;
        }
        inMinute++;
        refusedSinceRaised++;
        lastRefusalNs = now.monotonicNs();
        if (!alarmed && inMinute >= ALARM_AT) {
            alarmed = true;
            refusedSinceRaised = inMinute;
            tellAlarm(now);
        }
    }

    /** Does what is due; called about once a second. */
    public synchronized void advance(Moment now) {
        tallies.forEach((kind, tally) -> {
            if (tally.untold > 0 && due(tally, now)) {
                tell(kind, tally, now);
            }
        });
        if (alarmed && now.monotonicNs() - lastRefusalNs >= CLEAR_NS) {
            alarmed = false;
            inMinute = 0;
            sink.alarm("");
        }
        watchTheClock(now);
    }

    /** A synchronised clock that moves otherwise than the monotonic one was set by somebody. */
    private void watchTheClock(Moment now) {
        if (!now.synchronised()) {
            clockSeen = false;
            return;
        }
        if (clockSeen) {
            long passedMs = (now.monotonicNs() - clockMonotonicNs) / 1_000_000;
            long jumpedMs = now.epochMs() - clockEpochMs - passedMs;
            if (Math.abs(jumpedMs) >= JUMP_MS) {
                count(
                        Kind.TIME_JUMP,
                        "clock",
                        "the clock went "
                                + Math.abs(jumpedMs)
                                + " ms "
                                + (jumpedMs > 0 ? "ahead" : "back"),
                        now);
            }
        }
        clockSeen = true;
        clockMonotonicNs = now.monotonicNs();
        clockEpochMs = now.epochMs();
    }

    private void tell(Kind kind, Tally tally, Moment now) {
        JsonWriter json = new JsonWriter().object();
        json.key("event").value(kind.word()).key("about").value(tally.about);
        if (!tally.reason.isEmpty()) {
            json.key("reason").value(tally.reason);
        }
        json.key("count").value(tally.untold).key("total").value(tally.total);
        time(json, now);
        if (sink.event(json.end().toString())) {
            tally.untold = 0;
            tally.toldNs = now.monotonicNs();
            tally.everTold = true;
        }
    }

    private void tellAlarm(Moment now) {
        Kind most = Kind.UNAUTHORISED;
        for (Kind kind : Kind.values()) {
            if (kind.refusal() && tally(kind).total > tally(most).total) {
                most = kind;
            }
        }
        JsonWriter json = new JsonWriter().object().key("alarm").value("security");
        json.key("refused").value(refusedSinceRaised).key("most").value(most.word());
        time(json, now);
        sink.alarm(json.end().toString());
    }

    private static void time(JsonWriter json, Moment now) {
        if (now.synchronised()) {
            json.key("t").value(now.epochMs());
        }
    }
}
