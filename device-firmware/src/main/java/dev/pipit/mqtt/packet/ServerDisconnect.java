package dev.pipit.mqtt.packet;

import org.jspecify.annotations.Nullable;

/**
 * A DISCONNECT from the server (MQTT 5, section 3.14).
 *
 * @param reasonString for people; {@code null}: none
 * @param serverReference where else to connect; {@code null}: none
 */
public record ServerDisconnect(
        int reasonCode, @Nullable String reasonString, @Nullable String serverReference) {}
