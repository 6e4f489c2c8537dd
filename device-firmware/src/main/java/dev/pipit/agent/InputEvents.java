package dev.pipit.agent;

import dev.pipit.driver.gpio.EdgeSink;
import dev.pipit.json.JsonWriter;
import dev.pipit.time.TimeSource;
import dev.pipit.uplink.Uplink;
import java.util.HashMap;
import java.util.Map;

/**
 * Turns edges into events: {@code {"event":"press","seq":3,"t":1795348800123}}. Sequence numbers
 * count from 1 at each start, so that a consumer sees what it missed.
 */
final class InputEvents implements EdgeSink {
    private final TimeSource time;
    private final Uplink uplink;
    private final Map<String, Long> sequences = new HashMap<>();

    InputEvents(TimeSource time, Uplink uplink) {
        this.time = time;
        this.uplink = uplink;
    }

    @Override
    public void edge(String input, boolean active, long atNanos) {
        long sequence = sequences.merge(input, 1L, Long::sum);
        boolean synchronised = time.synchronised();
        long nowMs = synchronised ? time.wallMs() : time.sinceBootMs();
        long agoMs = (time.monotonicNs() - atNanos) / 1_000_000;
        JsonWriter json = new JsonWriter().object();
        json.key("event").value(active ? "press" : "release");
        json.key("seq").value(sequence);
        json.key("t").value(nowMs - agoMs);
        if (!synchronised) {
            json.key("since_boot").value(true);
        }
        uplink.event(input, json.end().toString());
    }
}
