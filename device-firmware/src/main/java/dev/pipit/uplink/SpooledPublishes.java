package dev.pipit.uplink;

import dev.pipit.json.JsonWriter;
import dev.pipit.mqtt.packet.Qos;
import dev.pipit.mqtt.packet.ReasonCode;
import dev.pipit.mqtt.packet.TopicName;
import dev.pipit.mqtt.session.OutboundPublish;
import dev.pipit.mqtt.session.PublishStore;
import dev.pipit.spool.Drain;
import dev.pipit.spool.Gap;
import dev.pipit.spool.Origin;
import dev.pipit.spool.Spool;
import dev.pipit.spool.SpoolRecord;
import dev.pipit.telemetry.FormatException;
import dev.pipit.telemetry.Schema;
import dev.pipit.telemetry.format.PayloadBuffer;
import dev.pipit.uplink.FrameTranslation.Announcement;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/**
 * The spool as the MQTT client's store: hands out what is due, PUBACK moves the cursor.
 *
 * <pre>
 *   order of a connection:  the sensors' schemas | live frames, as they come
 *                           gaps, when there are   backlog behind them: delayed, paced, oldest first
 *                           any other schema, just before the first frame that needs it
 * </pre>
 *
 * The client numbers what it sends by sequences that only grow; the spool's do not in this order.
 * So every message gets a <em>ticket</em>, and a table says which ticket stands for what. A frame
 * goes out only when its schema was acknowledged on this connection. A connection that ends takes
 * its tickets along: the session ends with it, and what was not acknowledged is handed out anew.
 *
 * <p>Thread-safe. The client calls under its session lock, so nothing in here calls the client.
 */
final class SpooledPublishes implements PublishStore {
    /** A frame of an unset clock waits so long, once, for the clock before it goes out with t. */
    static final long CLOCK_WAIT_MS = 120_000;

    private static final int TICKETS = 256;
    private static final int SCHEMAS = 256;
    private static final long BACK_OFF_MIN_MS = 1_000;
    private static final long BACK_OFF_MAX_MS = 60_000;

    private static final byte FREE = 0;
    private static final byte FRAME = 1;
    private static final byte SCHEMA = 2;
    private static final byte GAP = 3;
    private static final byte ANNOUNCEMENT = 4;

    private static final int UNTOLD = 0;
    private static final int TELLING = 1;
    private static final int TOLD = 2;

    private final Spool spool;
    private final Drain drain;
    private final FramePayload frames;
    private final Topics topics;
    private final TopicName data;
    private final List<Schema> current;

    /** What frames become on their way out; {@code null}: they go as they are. */
    private final @Nullable FrameTranslation translation;

    private final IntFunction<@Nullable Schema> schemas;
    private final IntFunction<@Nullable String> sensors;
    private final long backlogDelayMs;
    private final RandomGenerator random;

    // The ticket table, by the lowest bits of the ticket.
    private final long[] tickets = new long[TICKETS];
    private final byte[] kinds = new byte[TICKETS];
    private final long[] sequences = new long[TICKETS];
    private final long[] corrections = new long[TICKETS];
    private final boolean[] backfilled = new boolean[TICKETS];
    private final int[] numbers = new int[TICKETS];
    private final @Nullable Announcement[] announced = new Announcement[TICKETS];
    private long lastTicket;

    // valid for the connection
    private volatile boolean online;
    private final AtomicIntegerArray schemaStates = new AtomicIntegerArray(SCHEMAS);
    private int nextCurrent;
    private long held;
    private boolean heldBackfilled;
    private long backOffMs = BACK_OFF_MIN_MS;

    private final SpoolRecord record = new SpoolRecord();
    private @Nullable Gap gap;
    private boolean gapSent;
    private long clockDeadlineMs = -1;
    private long nowMs;
    private long delivered;
    private long setAside;

    /**
     * @param current schemas of the configured sensors, told first
     * @param schemas any schema by its id; {@code null}: unknown
     * @param sensors the sensor of a schema by its id; {@code null}: unknown
     * @param translation to another format; {@code null}: compact, with schemas told first
     * @param backlogDelayMs the backlog waits at random up to so long after a connection
     */
    SpooledPublishes(
            Spool spool,
            Topics topics,
            List<Schema> current,
            IntFunction<@Nullable Schema> schemas,
            IntFunction<@Nullable String> sensors,
            @Nullable FrameTranslation translation,
            BootClock clock,
            long paceMs,
            long backlogDelayMs,
            RandomGenerator random) {
        this.spool = spool;
        this.drain = new Drain(spool, paceMs);
        this.frames = new FramePayload(clock, schemas);
        this.topics = topics;
        this.data = topics.data();
        this.current = translation == null ? List.copyOf(current) : List.of();
        this.translation = translation;
        this.schemas = schemas;
        this.sensors = sensors;
        this.backlogDelayMs = backlogDelayMs;
        this.random = random;
    }

    /** A connection stands: from here on records are handed out. */
    synchronized void connected(long now) {
        nowMs = Math.max(nowMs, now);
        forget();
        drain.connected(nowMs, backlogDelayMs == 0 ? 0 : random.nextLong(backlogDelayMs + 1));
        if (clockDeadlineMs < 0) {
            clockDeadlineMs = nowMs + CLOCK_WAIT_MS;
        }
        spool.online(true, nowMs);
        if (translation != null) {
            translation.connected();
        }
        online = true;
    }

    /** The connection is gone, or never came. */
    synchronized void disconnected(long now) {
        online = false;
        forget();
        spool.online(false, now);
    }

    private void forget() {
        Arrays.fill(kinds, FREE);
        for (int schema = 0; schema < SCHEMAS; schema++) {
            schemaStates.set(schema, translation == null ? UNTOLD : TOLD);
        }
        nextCurrent = 0;
        held = 0;
        gapSent = false;
        backOffMs = BACK_OFF_MIN_MS;
    }

    /**
     * Lets time pass; to be called each second and when {@link #waitMs} is over.
     *
     * @return whether something may be due that was not before
     */
    synchronized boolean advance(long now) {
        nowMs = Math.max(nowMs, now);
        if (!gapSent) {
            List<Gap> gaps = spool.gaps();
            gap = gaps.isEmpty() ? null : gaps.get(0);
        }
        return online;
    }

    /** Until the next message of the backlog is due; {@link Long#MAX_VALUE}: none waits. */
    synchronized long waitMs() {
        return online ? drain.waitMs(nowMs) : Long.MAX_VALUE;
    }

    /** Whether the broker has a schema, so that frames of it can be understood. */
    boolean isTold(int schema) {
        return online && schemaStates.get(schema) == TOLD;
    }

    @Override
    public synchronized boolean next(long after, OutboundPublish into) {
        if (!online) {
            return false;
        }
        long from = Math.max(after, lastTicket - TICKETS) + 1;
        for (long ticket = from; ticket <= lastTicket; ticket++) {
            int slot = slot(ticket);
            if (tickets[slot] == ticket && kinds[slot] != FREE) {
                if (fill(ticket, slot, into)) {
                    return true;
                }
                kinds[slot] = FREE;
            }
        }
        return kinds[slot(lastTicket + 1)] == FREE && issue(into);
    }

    private static int slot(long ticket) {
        return (int) ticket & (TICKETS - 1);
    }

    /** Finds what is due and gives it a ticket. */
    private boolean issue(OutboundPublish into) {
        while (nextCurrent < current.size()) {
            Schema schema = current.get(nextCurrent++);
            if (schemaStates.get(schema.id()) == UNTOLD) {
                return tell(schema.id(), into);
            }
        }
        if (translation != null) {
            Announcement first = translation.announcement();
            if (first != null) {
                int slot = take(ANNOUNCEMENT, 0);
                announced[slot] = first;
                return fill(lastTicket, slot, into);
            }
        }
        if (gap != null && !gapSent) {
            gapSent = true;
            return fill(lastTicket + 1, take(GAP, 0), into);
        }
        while (true) {
            boolean again = held != 0;
            if (again) {
                if (!spool.next(held - 1, record) || record.sequence() != held) {
                    held = 0;
                    continue;
                }
            } else if (!nextDue()) {
                return false;
            }
            held = record.sequence();
            heldBackfilled = again ? heldBackfilled : drain.fromBacklog();
            int schema = frames.schema(record);
            if (schema < 0) {
                Logger.error("a record that no frame is in is left out");
                spool.settled(held);
                held = 0;
                continue;
            }
            if (schemaStates.get(schema) == UNTOLD) {
                return tell(schema, into);
            }
            if (schemaStates.get(schema) == TELLING
                    || (nowMs < clockDeadlineMs && frames.awaitsClock(record))) {
                return false;
            }
            long correction = frames.correctionMs(record);
            if (translation != null) {
                frames.prepare(record, correction, heldBackfilled);
                int verdict =
                        translation.verdict(
                                schema, frames.bytes(), frames.offset(), frames.length());
                if (verdict == FrameTranslation.ANNOUNCE) {
                    return issue(into);
                }
                if (verdict == FrameTranslation.DROP) {
                    spool.settled(held);
                    held = 0;
                    continue;
                }
            }
            int slot = take(FRAME, held);
            corrections[slot] = correction;
            backfilled[slot] = heldBackfilled;
            numbers[slot] = translation == null ? 0 : translation.number();
            held = 0;
            return frame(slot, into);
        }
    }

    private boolean nextDue() {
        while (drain.next(nowMs, record)) {
            if (!isInFlight(record.sequence())) {
                return true;
            }
        }
        return false;
    }

    private boolean isInFlight(long sequence) {
        for (int slot = 0; slot < TICKETS; slot++) {
            if (kinds[slot] == FRAME && sequences[slot] == sequence) {
                return true;
            }
        }
        return false;
    }

    private boolean tell(int schema, OutboundPublish into) {
        if (schemas.apply(schema) == null) {
            Logger.error("schema {} is not known any more: its readings go out without it", schema);
            schemaStates.set(schema, TOLD);
            return issue(into);
        }
        schemaStates.set(schema, TELLING);
        return fill(lastTicket + 1, take(SCHEMA, schema), into);
    }

    private int take(byte kind, long sequence) {
        lastTicket++;
        int slot = slot(lastTicket);
        tickets[slot] = lastTicket;
        kinds[slot] = kind;
        sequences[slot] = sequence;
        return slot;
    }

    /** Fills in what a ticket stands for; false if it is not there any more. */
    private boolean fill(long ticket, int slot, OutboundPublish into) {
        long sequence = sequences[slot];
        if (kinds[slot] == FRAME) {
            if (!spool.next(sequence - 1, record) || record.sequence() != sequence) {
                return false;
            }
            return frame(slot, into);
        }
        Announcement announcement = announced[slot];
        if (kinds[slot] == ANNOUNCEMENT && announcement != null) {
            PayloadBuffer payload = announcement.payload();
            into.set(
                    ticket,
                    announcement.topic(),
                    payload.array(),
                    0,
                    payload.length(),
                    announcement.qos(),
                    false);
            return true;
        }
        Gap told = gap;
        Schema schema = kinds[slot] == SCHEMA ? schemas.apply((int) sequence) : null;
        if (schema != null) {
            text(ticket, topics.schema(schema.id()), schema.toJson(), true, into);
            return true;
        }
        if (told != null) {
            text(ticket, topics.gap(), describe(told), false, into);
        }
        return told != null;
    }

    private static void text(
            long ticket, TopicName topic, String text, boolean retain, OutboundPublish into) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        into.set(ticket, topic, bytes, 0, bytes.length, Qos.AT_LEAST_ONCE, retain);
    }

    private boolean frame(int slot, OutboundPublish into) {
        frames.prepare(record, corrections[slot], backfilled[slot]);
        if (translation != null) {
            return translated(slot, translation, into);
        }
        into.set(
                tickets[slot],
                data,
                frames.bytes(),
                frames.offset(),
                frames.length(),
                Qos.AT_LEAST_ONCE,
                false);
        return true;
    }

    private boolean translated(int slot, FrameTranslation to, OutboundPublish into) {
        try {
            to.translate(
                    frames.schema(record),
                    numbers[slot],
                    frames.bytes(),
                    frames.offset(),
                    frames.length());
        } catch (FormatException damaged) {
            Logger.error("a frame is left out: {}", damaged.getMessage());
            spool.settled(sequences[slot]);
            kinds[slot] = FREE;
            return false;
        }
        PayloadBuffer payload = to.payload();
        into.set(tickets[slot], to.topic(), payload.array(), 0, payload.length(), to.qos(), false);
        return true;
    }

    /** A loss as JSON: why, whose, how many records (where anybody knows), from when to when. */
    private String describe(Gap gap) {
        JsonWriter json = new JsonWriter().object();
        json.key("reason").value(gap.reason().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        if (gap.origin() != Origin.UNKNOWN) {
            String sensor = sensors.apply(gap.origin());
            if (sensor != null) {
                json.key("sensor").value(sensor);
            }
            json.key("schema").value(gap.origin());
        }
        if (gap.records() >= 0) {
            json.key("records").value(gap.records());
        }
        json.key("from").value(gap.firstStamp()).key("to").value(gap.lastStamp());
        return json.end().toString();
    }

    @Override
    public synchronized void settled(long ticket, int reasonCode) {
        int slot = slot(ticket);
        if (tickets[slot] != ticket || kinds[slot] == FREE) {
            return;
        }
        byte kind = kinds[slot];
        kinds[slot] = FREE;
        boolean failed = ReasonCode.failed(reasonCode);
        switch (kind) {
            case FRAME -> {
                if (!failed) {
                    delivered++;
                    backOffMs = BACK_OFF_MIN_MS;
                    spool.settled(sequences[slot]);
                } else {
                    refused(sequences[slot], reasonCode);
                }
            }
            case SCHEMA -> {
                if (failed) {
                    Logger.error(
                            "the broker refuses schema {} (reason 0x{}): its readings go out without it",
                            sequences[slot],
                            Integer.toHexString(reasonCode));
                }
                schemaStates.set((int) sequences[slot], TOLD);
            }
            case ANNOUNCEMENT -> announced[slot] = null;
            default -> {
                Gap told = gap;
                if (!failed && told != null) {
                    spool.reported(List.of(told));
                    List<Gap> gaps = spool.gaps();
                    gap = gaps.isEmpty() ? null : gaps.get(0);
                    gapSent = false;
                }
            }
        }
    }

    private void refused(long sequence, int reasonCode) {
        if (reasonCode == ReasonCode.QUOTA_EXCEEDED) {
            drain.retry(sequence, nowMs, backOffMs);
            backOffMs = Math.min(2 * backOffMs, BACK_OFF_MAX_MS);
            return;
        }
        // It stays in the spool and is tried again on the next connection; others go on.
        if (setAside++ == 0) {
            Logger.error(
                    "the broker refuses readings (reason 0x{}): they are kept and tried again"
                            + " when a connection is made; check what this user may publish",
                    Integer.toHexString(reasonCode));
        }
    }

    /** Frames acknowledged since start. */
    synchronized long delivered() {
        return delivered;
    }

    /** Times that the broker refused a frame for good since start. */
    synchronized long setAside() {
        return setAside;
    }
}
