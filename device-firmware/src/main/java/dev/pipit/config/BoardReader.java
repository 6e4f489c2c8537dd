package dev.pipit.config;

import dev.pipit.board.BoardSettings;
import dev.pipit.config.YamlNode.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads what a file says about its board: the chip, lines known by name, buses. */
final class BoardReader {
    private final Problems problems;
    private final Claims claims;
    private final List<String> lines = new ArrayList<>();
    private final Map<Integer, BoardSettings.I2c> i2c = new HashMap<>();

    BoardReader(Problems problems, Claims claims) {
        this.problems = problems;
        this.claims = claims;
    }

    /**
     * The number that stands for what is written behind {@code pin}, see {@link
     * BoardSettings#lines()}; 0 where that is wrong.
     */
    int pin(Fields fields) {
        return pin(fields, "pin");
    }

    /** As {@link #pin(Fields)}, of another key. */
    int pin(Fields fields, String key) {
        if (!fields.has(key)) {
            return 0;
        }
        String written = fields.text(key);
        if (Character.isDigit(written.charAt(0))) {
            return Integer.parseInt(written);
        }
        if (!lines.contains(written)) {
            lines.add(written);
        }
        return -1 - lines.indexOf(written);
    }

    /** Notes who has the pin, and that it can be given away once. */
    void claim(Fields fields, boolean mayCarryPwm) {
        claim(fields, "pin", mayCarryPwm);
    }

    /** As the other one, of another key. */
    void claim(Fields fields, String key, boolean mayCarryPwm) {
        if (fields.has(key)) {
            String written = fields.text(key);
            int pin = pin(fields, key);
            claims.pin(
                    fields.path(key),
                    pin,
                    pin < 0 ? "line " + written : "pin " + written,
                    fields.placeOf(key),
                    mayCarryPwm);
        }
    }

    /** One entry of {@code buses}. */
    void bus(Entry entry) {
        String bus = entry.key().text();
        if (!bus.matches("i2c-\\d{1,3}")) {
            problems.at(
                    entry.key().place(),
                    "buses." + Messages.shortened(bus) + ": expected an I2C bus: i2c-N");
            return;
        }
        Fields fields =
                Fields.read(
                        problems,
                        "buses." + bus,
                        entry.key().place(),
                        entry.value(),
                        FileKeys.BUS,
                        true);
        if (fields.complete()) {
            i2c.put(
                    Integer.parseInt(bus.substring("i2c-".length())),
                    new BoardSettings.I2c(
                            (int) fields.whole("retries"), (int) fields.whole("timeout")));
        }
    }

    BoardSettings settings(Fields file) {
        return new BoardSettings(file.has("gpio-chip") ? file.text("gpio-chip") : "", lines, i2c);
    }
}
