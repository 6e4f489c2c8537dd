package dev.pipit.uplink;

import dev.pipit.driver.Channel;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What Home Assistant calls a measured quantity. It refuses an entity whose unit does not belong to
 * its device class, so a unit that no class has goes without one.
 *
 * @param unit as Home Assistant spells it; empty: a number without one
 * @param deviceClass {@code null}: none
 */
record HomeAssistantQuantity(String unit, @Nullable String deviceClass) {
    private static final String ENERGY = "energy";

    /** What a usual air pressure lies between, Pa. */
    private static final BigDecimal THIN = BigDecimal.valueOf(80_000);

    private static final BigDecimal DENSE = BigDecimal.valueOf(120_000);

    /** By SenML unit (RFC 8428 section 12.1, RFC 8798 section 3). */
    private static final Map<String, HomeAssistantQuantity> BY_UNIT =
            Map.ofEntries(
                    Map.entry("Cel", of("°C", "temperature")),
                    Map.entry("K", of("K", "temperature")),
                    Map.entry("%RH", of("%", "humidity")),
                    Map.entry("Pa", of("Pa", "pressure")),
                    Map.entry("hPa", of("hPa", "pressure")),
                    Map.entry("lx", of("lx", "illuminance")),
                    Map.entry("V", of("V", "voltage")),
                    Map.entry("mV", of("mV", "voltage")),
                    Map.entry("A", of("A", "current")),
                    Map.entry("mA", of("mA", "current")),
                    Map.entry("W", of("W", "power")),
                    Map.entry("kW", of("kW", "power")),
                    Map.entry("J", of("J", ENERGY)),
                    Map.entry("Wh", of("Wh", ENERGY)),
                    Map.entry("kWh", of("kWh", ENERGY)),
                    Map.entry("Hz", of("Hz", "frequency")),
                    Map.entry("m", of("m", "distance")),
                    Map.entry("mm", of("mm", "distance")),
                    Map.entry("km", of("km", "distance")),
                    Map.entry("m/s", of("m/s", "speed")),
                    Map.entry("km/h", of("km/h", "speed")),
                    Map.entry("s", of("s", "duration")),
                    Map.entry("ms", of("ms", "duration")),
                    Map.entry("min", of("min", "duration")),
                    Map.entry("h", of("h", "duration")),
                    Map.entry("B", of("B", "data_size")),
                    Map.entry("kg", of("kg", "weight")),
                    Map.entry("g", of("g", "weight")),
                    Map.entry("dBm", of("dBm", "signal_strength")),
                    Map.entry("dB", of("dB", null)),
                    Map.entry("ug/m3", of("µg/m³", null)),
                    Map.entry("1/min", of("rpm", null)),
                    Map.entry("Ohm", of("Ω", null)),
                    Map.entry("deg", of("°", null)),
                    Map.entry("m/s2", of("m/s²", null)));

    private static HomeAssistantQuantity of(String unit, @Nullable String deviceClass) {
        return new HomeAssistantQuantity(unit, deviceClass);
    }

    static HomeAssistantQuantity of(Channel channel) {
        HomeAssistantQuantity known = BY_UNIT.get(channel.unit());
        if (known == null) {
            return of(channel.unit(), null);
        }
        // A clock's seconds since the epoch are no duration.
        if (channel.unit().equals("s") && channel.name().equals("time")) {
            return of("s", null);
        }
        if ("pressure".equals(known.deviceClass) && isAir(channel)) {
            return of(known.unit, "atmospheric_pressure");
        }
        return known;
    }

    private static boolean isAir(Channel channel) {
        BigDecimal usual = channel.resolution().multiply(BigDecimal.valueOf(channel.reference()));
        BigDecimal pascals = channel.unit().equals("hPa") ? usual.scaleByPowerOfTen(2) : usual;
        return pascals.compareTo(THIN) > 0 && pascals.compareTo(DENSE) < 0;
    }

    /** Whether its values stand for themselves, or grow and begin again at 0. */
    String stateClass() {
        return ENERGY.equals(deviceClass) ? "total_increasing" : "measurement";
    }
}
