package dev.pipit.agent;

import dev.pipit.command.Gestures;
import dev.pipit.driver.gpio.EdgeSink;
import dev.pipit.json.JsonWriter;
import dev.pipit.time.TimeSource;
import dev.pipit.uplink.Uplink;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns edges into events: {@code {"event":"press","seq":3,"t":1795348800123}}. Sequence numbers
 * count from 1 at each start, so that a consumer sees what it missed.
 */
final class InputEvents implements EdgeSink {
    private final TimeSource time;
    private final Uplink uplink;
    private final Map<String, Long> sequences = new HashMap<>();
    private @Nullable DeviceOutputs outputs;

    InputEvents(TimeSource time, Uplink uplink) {
        this.time = time;
        this.uplink = uplink;
    }

    /** Shows edges to whoever acts on them here; told once, before inputs are read. */
    void actThrough(DeviceOutputs outputs) {
        this.outputs = outputs;
    }

    @Override
    public void edge(String input, boolean active, long atNanos) {
        tell(input, active ? "press" : "release", 1, atNanos);
        DeviceOutputs to = outputs;
        if (to != null) {
            to.edge(input, active, atNanos);
        }
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
        }
    }

    private synchronized void tell(String input, String event, int count, long atNanos) {
        long sequence = sequences.merge(input, 1L, Long::sum);
        boolean synchronised = time.synchronised();
        long nowMs = synchronised ? time.wallMs() : time.sinceBootMs();
        long agoMs = (time.monotonicNs() - atNanos) / 1_000_000;
        JsonWriter json = new JsonWriter().object();
        json.key("event").value(event);
        if (count > 1) {
            json.key("count").value(count);
        }
        json.key("seq").value(sequence);
        json.key("t").value(nowMs - agoMs);
        if (!synchronised) {
            json.key("since_boot").value(true);
        }
        uplink.event(input, json.end().toString());
    }
}
