package dev.pipit.cli;

import dev.pipit.json.Json;
import dev.pipit.json.JsonException;

/** A device's report of a loss in words. */
final class LostReadings {
    private LostReadings() {}

    /**
     * {@code dropped: 12 records of air, 2026-01-01T00:00:00Z to 2026-01-01T00:12:00Z}; what is no
     * such report comes back as it is.
     */
    static String inWords(String payload) {
        try {
            Json.Obj gap = Json.object(Json.parse(payload), "gap");
            String records =
                    gap.find("records") == null
                            ? "nobody knows how many records"
                            : gap.whole("records", 0, Long.MAX_VALUE) + " records";
            String whose =
                    gap.find("sensor") != null
                            ? " of " + gap.string("sensor")
                            : gap.find("schema") != null
                                    ? " of schema " + gap.whole("schema", 0, 255)
                                    : "";
            return gap.string("reason")
                    + ": "
                    + records
                    + whose
                    + ", "
                    + SpoolCommand.time(gap.whole("from", 0, Long.MAX_VALUE))
                    + " to "
                    + SpoolCommand.time(gap.whole("to", 0, Long.MAX_VALUE));
        } catch (JsonException other) {
            return payload;
        }
    }
}
