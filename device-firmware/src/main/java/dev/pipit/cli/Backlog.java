package dev.pipit.cli;

import dev.pipit.json.Json;
import dev.pipit.json.JsonException;

/** The part of a device's diagnostics that says how much waits to be sent. */
final class Backlog {
    private Backlog() {}

    /** Records that wait; 0 where the diagnostics do not say. */
    static long of(String health) {
        try {
            return Json.object(Json.object(Json.parse(health), "health").get("spool"), "spool")
                    .whole("backlog", 0, Long.MAX_VALUE);
        } catch (JsonException none) {
            return 0;
        }
    }
}
