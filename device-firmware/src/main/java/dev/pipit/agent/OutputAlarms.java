package dev.pipit.agent;

import dev.pipit.driver.Fault;
import dev.pipit.json.JsonWriter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with each output now, as an alarm under its name:
 *
 * <pre>
 * {"alarm":"hardware","actuator":"pump","fault":"nack","what":"..."}     until a write succeeds
 * {"alarm":"actuator","actuator":"pump","what":"..."}                    until the pin follows
 * {"alarm":"latched","actuator":"pump","what":"tank.level is missing"}   until acknowledged
 * </pre>
 *
 * A fault is told before a pin that does not follow, and that before a latch. Called under the lock
 * of the {@link ActuationLoop}.
 */
final class OutputAlarms {
    private final Map<String, Fault> faults = new HashMap<>();
    private final Map<String, String> strays = new HashMap<>();
    private final Map<String, String> latches = new HashMap<>();
    private final Map<String, String> told = new LinkedHashMap<>();
    private @Nullable BiConsumer<String, String> sink;

    /** From here on alarms go out; those that stand already go first. */
    void tellThrough(BiConsumer<String, String> sink) {
        this.sink = sink;
        told.forEach(sink);
    }

    void written(String output, @Nullable Fault fault) {
        if (fault == null) {
            faults.remove(output);
        } else {
            faults.put(output, fault);
        }
        tell(output);
    }

    /**
     * @param what empty: the pin follows again
     */
    void astray(String output, String what) {
        if (what.isEmpty()) {
            strays.remove(output);
        } else {
            strays.put(output, what);
        }
        tell(output);
    }

    /**
     * @param reason empty: acknowledged
     */
    void latched(String output, String reason) {
        if (reason.isEmpty()) {
            latches.remove(output);
        } else {
            latches.put(output, reason);
        }
        tell(output);
    }

    private void tell(String output) {
        String payload = payload(output);
        if (payload.equals(Objects.requireNonNullElse(told.get(output), ""))) {
            return;
        }
        told.put(output, payload);
        if (sink != null) {
            sink.accept(output, payload);
        }
    }

    private String payload(String output) {
        Fault fault = faults.get(output);
        if (fault != null) {
            String word = fault.name().toLowerCase(Locale.ROOT).replace('_', '-');
            return begin("hardware", output)
                    .key("fault")
                    .value(word)
                    .key("what")
                    .value(fault.words())
                    .end()
                    .toString();
        }
        String stray = strays.get(output);
        String what = stray != null ? stray : latches.get(output);
        return what == null
                ? ""
                : begin(stray != null ? "actuator" : "latched", output)
                        .key("what")
                        .value(what)
                        .end()
                        .toString();
    }

    private static JsonWriter begin(String alarm, String output) {
        return new JsonWriter().object().key("alarm").value(alarm).key("actuator").value(output);
    }
}
