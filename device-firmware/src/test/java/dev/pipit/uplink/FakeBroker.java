package dev.pipit.uplink;

import dev.pipit.mqtt.packet.ReasonCode;
import dev.pipit.mqtt.session.OutboundPublish;
import dev.pipit.mqtt.session.PublishStore;
import dev.pipit.telemetry.Batch;
import dev.pipit.telemetry.DenseDecoder;
import dev.pipit.telemetry.FlatFrame;
import dev.pipit.telemetry.FormatException;
import dev.pipit.telemetry.FrameFlags;
import dev.pipit.telemetry.Reading;
import dev.pipit.telemetry.Schema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * The client's and the broker's side of a store, in virtual time: pulls within a window, answers
 * after a round trip, decodes what came.
 */
final class FakeBroker {
    private final PublishStore store;
    private final OutboundPublish publish = new OutboundPublish();
    private final DenseDecoder decoder = new DenseDecoder();
    private final Map<Integer, Schema> schemas = new HashMap<>();
    private final Deque<long[]> inFlight = new ArrayDeque<>();
    private long cursor = PublishStore.BEFORE_FIRST;

    final List<Row> rows = new ArrayList<>();
    final List<String> log = new ArrayList<>();
    final List<String> gaps = new ArrayList<>();
    int window = 64;
    long roundTripMs = 20;
    int mostInFlight;

    /** Which Reason Code a message is answered with. */
    ToIntFunction<Message> answer = message -> ReasonCode.SUCCESS;

    /** A message as it came. */
    record Message(String topic, String text, int count) {}

    /** A reading as it came; {@code atMs} by the test's clock. */
    record Row(
            int schema,
            long timeMs,
            long value,
            boolean sinceBoot,
            boolean backfilled,
            long atMs) {}

    FakeBroker(PublishStore store) {
        this.store = store;
    }

    /** Acknowledges what is due and pulls what the window has room for. */
    void pump(long nowMs) {
        boolean more = true;
        while (more) {
            more = false;
            while (!inFlight.isEmpty() && inFlight.getFirst()[1] <= nowMs) {
                long[] sent = inFlight.removeFirst();
                store.settled(sent[0], (int) sent[2]);
                more = true;
            }
            while (inFlight.size() < window && store.next(cursor, publish)) {
                cursor = publish.sequence();
                int code = receive(nowMs);
                inFlight.add(new long[] {cursor, nowMs + roundTripMs, code});
                mostInFlight = Math.max(mostInFlight, inFlight.size());
                more = true;
            }
        }
    }

    /** What was not acknowledged never will be. */
    void cut() {
        inFlight.clear();
    }

    boolean isIdle() {
        return inFlight.isEmpty();
    }

    List<Long> times() {
        return rows.stream().map(Row::timeMs).toList();
    }

    private int receive(long nowMs) {
        byte[] payload =
                Arrays.copyOfRange(
                        publish.payload(), publish.offset(), publish.offset() + publish.length());
        String topic = String.valueOf(publish.topic());
        String text = new String(payload, StandardCharsets.UTF_8);
        log.add(topic + (publish.retain() ? " retained" : ""));
        int code = answer.applyAsInt(new Message(topic, text, log.size()));
        if (ReasonCode.failed(code)) {
            return code;
        }
        try {
            if (topic.contains("/schema/")) {
                Schema schema = Schema.parse(text);
                schemas.put(schema.id(), schema);
            } else if (topic.endsWith("/gap")) {
                gaps.add(text);
            } else {
                frame(payload, nowMs);
            }
        } catch (FormatException wrong) {
            throw new AssertionError(topic, wrong);
        }
        return code;
    }

    private void frame(byte[] payload, long nowMs) throws FormatException {
        Schema schema = schemas.get(payload[1] & 0xFF);
        if (schema == null) {
            throw new AssertionError("a frame came before its schema " + (payload[1] & 0xFF));
        }
        Reading reading = new Reading(schema.channels().size());
        int flags = payload[0] & 0x0F;
        Batch batch = new Batch(schema, Schema.MAX_ROWS);
        if ((flags & FrameFlags.DENSE) != 0) {
            decoder.decode(payload, 0, payload.length, batch);
        } else {
            FlatFrame.decode(schema, payload, 0, payload.length, reading);
            batch.add(reading);
        }
        for (int row = 0; row < batch.size(); row++) {
            batch.row(row, reading);
            rows.add(
                    new Row(
                            schema.id(),
                            reading.timeMs(),
                            reading.value(0),
                            (flags & FrameFlags.SINCE_BOOT) != 0,
                            (flags & FrameFlags.BACKFILLED) != 0,
                            nowMs));
        }
    }
}
