package dev.pipit.agent;

import dev.pipit.command.Gestures;
import dev.pipit.command.RotaryEncoder;
import dev.pipit.config.AgentConfig;
import dev.pipit.config.InputConfig;
import dev.pipit.driver.Wiring.InputLine;
import dev.pipit.driver.gpio.EdgeSink;
import dev.pipit.json.JsonWriter;
import dev.pipit.time.TimeSource;
import dev.pipit.uplink.Uplink;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns edges into events: {@code {"event":"press","seq":3,"t":1795348800123}}. Sequence numbers
 * count from 1 at each start, so that a consumer sees what it missed.
 */
final class InputEvents implements EdgeSink {
    /** What the second contact of an encoder is called, behind the input's name. */
    private static final String CONTACT_B = "#b";

    private final TimeSource time;
    private final Uplink uplink;
    private final PulseTotals totals;
    private final Map<String, Encoder> encoders = new HashMap<>();
    private final Map<String, Long> sequences = new HashMap<>();
    private @Nullable DeviceOutputs outputs;

    /** Both contacts of one encoder; on the inputs' thread. */
    private static final class Encoder {
        final String name;
        final int stepsPerDetent;
        RotaryEncoder encoder;
        boolean a;
        boolean b;

        Encoder(String name, int stepsPerDetent) {
            this.name = name;
            this.stepsPerDetent = stepsPerDetent;
            encoder = new RotaryEncoder(stepsPerDetent, false, false);
        }

        void contact(String line, boolean active) {
            if (line.endsWith(CONTACT_B)) {
                b = active;
            } else {
                a = active;
            }
        }
    }

    InputEvents(AgentConfig config, TimeSource time, Uplink uplink) {
        this.time = time;
        this.uplink = uplink;
        this.totals = new PulseTotals(config, time);
        for (InputConfig input : config.inputs()) {
            if (input.kind() instanceof InputConfig.Kind.Encoder kind) {
                Encoder encoder = new Encoder(input.name(), kind.stepsPerDetent());
                encoders.put(input.name(), encoder);
                encoders.put(input.name() + CONTACT_B, encoder);
            }
        }
    }

    /** The lines of an input: one, or two of an encoder. */
    static List<InputLine> lines(InputConfig input) {
        InputLine line =
                new InputLine(
                        input.name(),
                        input.pin(),
                        input.pull(),
                        input.activeLow(),
                        input.debounce().toNanos() / 1_000);
        return input.kind() instanceof InputConfig.Kind.Encoder encoder
                ? List.of(
                        line,
                        new InputLine(
                                line.id() + CONTACT_B,
                                encoder.pinB(),
                                line.pull(),
                                line.activeLow(),
                                line.debounceMicros()))
                : List.of(line);
    }

    /** Shows edges to whoever acts on them here; told once, before inputs are read. */
    void actThrough(DeviceOutputs outputs) {
        this.outputs = outputs;
    }

    /** How a line stands before its edges are looked at. */
    void stands(String line, boolean active) {
        Encoder encoder = encoders.get(line);
        if (encoder != null) {
            encoder.contact(line, active);
            encoder.encoder = new RotaryEncoder(encoder.stepsPerDetent, encoder.a, encoder.b);
        }
    }

    @Override
    public void edge(String input, boolean active, long atNanos) {
        if (totals.edge(input, active, atNanos)) {
            return;
        }
        DeviceOutputs to = outputs;
        Encoder encoder = encoders.get(input);
        if (encoder != null) {
            int moved = turn(encoder, input, active);
            if (moved != 0) {
                turned(encoder, moved, atNanos);
                if (to != null) {
                    to.turned(encoder.name, moved > 0);
                }
            }
            return;
        }
        tell(input, active ? "press" : "release", 1, atNanos);
        if (to != null) {
            to.edge(input, active, atNanos);
        }
    }

    private static int turn(Encoder encoder, String contact, boolean active) {
        encoder.contact(contact, active);
        return encoder.encoder.levels(encoder.a, encoder.b);
    }

    private void turned(Encoder encoder, int moved, long atNanos) {
        JsonWriter json = new JsonWriter().object();
        json.key("event").value(moved > 0 ? "clockwise" : "counterclockwise");
        json.key("position").value(encoder.encoder.position());
        tell(encoder.name, json, atNanos);
    }

    /** Tells totals and keeps them; each second, on a thread that may wait for the card. */
    void turn() {
        totals.turn((input, sinceLast, total, sinceEpochMs, glitches) -> {
            JsonWriter json = new JsonWriter().object();
            json.key("event").value("count").key("count").value(sinceLast);
            json.key("total").value(total);
            if (sinceEpochMs != 0) {
                json.key("since").value(Instant.ofEpochMilli(sinceEpochMs).toString());
            }
            json.key("glitches").value(glitches);
            tell(input, json, time.monotonicNs());
        });
    }

    /** The end: totals to the card. */
    void save() {
        totals.save();
    }

    /** A click or a hold; on the actuation thread. Presses and releases are told as edges. */
    void gesture(String input, Gestures.Kind kind, int count, long atNs) {
        switch (kind) {
            case PRESS, RELEASE -> {}
            case CLICK ->
                    tell(
                            input,
                            count == 1 ? "click" : count == 2 ? "double" : "multi",
                            count,
                            atNs);
            case HOLD -> tell(input, "hold", 1, atNs);
            case PATTERN -> tell(input, Gestures.words(count), 1, atNs);
            case CLOCKWISE, COUNTERCLOCKWISE -> {}
        }
    }

    private void tell(String input, String event, int count, long atNanos) {
        JsonWriter json = new JsonWriter().object();
        json.key("event").value(event);
        if (count > 1) {
            json.key("count").value(count);
        }
        tell(input, json, atNanos);
    }

    /** Numbers an event, says when it was, and sends it. */
    private synchronized void tell(String input, JsonWriter json, long atNanos) {
        long sequence = sequences.merge(input, 1L, Long::sum);
        boolean synchronised = time.synchronised();
        long nowMs = synchronised ? time.wallMs() : time.sinceBootMs();
        long agoMs = (time.monotonicNs() - atNanos) / 1_000_000;
        json.key("seq").value(sequence);
        json.key("t").value(nowMs - agoMs);
        if (!synchronised) {
            json.key("since_boot").value(true);
        }
        uplink.event(input, json.end().toString());
    }
}
