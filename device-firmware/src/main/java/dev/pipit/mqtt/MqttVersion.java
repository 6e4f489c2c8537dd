package dev.pipit.mqtt;

/** Which protocol to speak. */
public enum MqttVersion {
    /** MQTT 3.1: protocol name {@code MQIsdp}, level 3. */
    V3_1(3, "MQTT 3.1"),
    /** MQTT 3.1.1: level 4. */
    V3_1_1(4, "MQTT 3.1.1"),
    /** MQTT 5.0: level 5. */
    V5(5, "MQTT 5"),
    /** MQTT 5, and 3.1.1 where the server refuses 5. */
    AUTO(5, "MQTT 5 or 3.1.1");

    private final int level;
    private final String words;

    MqttVersion(int level, String words) {
        this.level = level;
        this.words = words;
    }

    /** The name of the specification, as a person would say it. */
    public String words() {
        return words;
    }

    /** Protocol Level (Protocol Version in MQTT 5) of the CONNECT tried first: 3, 4 or 5. */
    public int level() {
        return level;
    }
}
