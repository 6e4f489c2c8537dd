package dev.pipit.mqtt.packet;

/** Quality of Service: how hard both sides try ({@code 3.1.1 and 5.0, section 4.3}). */
public enum Qos {
    /** QoS 0: sent once, lost with the connection. */
    AT_MOST_ONCE,
    /** QoS 1: sent until acknowledged, may arrive twice. */
    AT_LEAST_ONCE,
    /** QoS 2: exactly once within a session. */
    EXACTLY_ONCE;

    private static final Qos[] LEVELS = values();

    /** 0, 1 or 2, as on the wire. */
    public int level() {
        return ordinal();
    }

    /**
     * @param level 0, 1 or 2
     * @throws IndexOutOfBoundsException for any other level
     */
    public static Qos of(int level) {
        return LEVELS[level];
    }
}
