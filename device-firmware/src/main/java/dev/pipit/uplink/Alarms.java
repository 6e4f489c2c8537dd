package dev.pipit.uplink;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * What is wrong with this device now: raised once, cleared once, and told again whenever a
 * connection is made. An alarm that was raised by an earlier run and never cleared is cleared by
 * the first connection, because every id that can ever be raised is known from the start.
 *
 * <p>Thread-safe.
 */
final class Alarms {
    private static final String CLEARED = "";

    private final Map<String, String> payloads = new LinkedHashMap<>();
    private final BiConsumer<String, String> publish;

    /**
     * @param publish takes an alarm's id and its payload, empty when cleared
     */
    Alarms(Iterable<String> ids, BiConsumer<String, String> publish) {
        this.publish = publish;
        for (String id : ids) {
            payloads.put(id, CLEARED);
        }
    }

    /** Adds alarms that can be raised; before the first connection. */
    synchronized void declare(Iterable<String> ids) {
        for (String id : ids) {
            payloads.putIfAbsent(id, CLEARED);
        }
    }

    /** Raises the alarm or replaces what it says. */
    synchronized void raise(String id, String payload) {
        payloads.put(id, payload);
        publish.accept(id, payload);
    }

    synchronized void clear(String id) {
        if (!CLEARED.equals(payloads.put(id, CLEARED))) {
            publish.accept(id, CLEARED);
        }
    }

    /** Tells all of them, raised and cleared, to a broker that may know older ones. */
    synchronized void tellAll() {
        payloads.forEach(publish);
    }

    synchronized boolean raised(String id) {
        return !CLEARED.equals(payloads.getOrDefault(id, CLEARED));
    }
}
