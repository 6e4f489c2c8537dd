package dev.pipit.mqtt.packet;

/**
 * A name and value that the peers pass through as they are, in order; names may repeat
 * ([MQTT-3.3.2-17]).
 */
public record UserProperty(String name, String value) {
    /**
     * @throws IllegalArgumentException where a half holds NUL, an unpaired surrogate, or more than
     *     65,535 bytes of UTF-8 ([MQTT-1.5.7-1])
     */
    public UserProperty {
        Utf8.bytes(name, "the name of a User Property");
        Utf8.bytes(value, "the value of the User Property " + name);
    }
}
