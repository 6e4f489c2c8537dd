package dev.pipit.monitor;

import java.util.Map;

/** SenML units as people write them. */
public final class Units {
    private static final Map<String, String> SPELLED =
            Map.of("Cel", "°C", "%RH", "%", "Ohm", "Ω", "deg", "°");

    private Units() {}

    /**
     * @param unit SenML name; one that needs no other spelling comes back as it is
     */
    public static String spelled(String unit) {
        return SPELLED.getOrDefault(unit, unit);
    }
}
