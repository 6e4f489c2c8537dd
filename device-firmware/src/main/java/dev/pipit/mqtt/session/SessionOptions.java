package dev.pipit.mqtt.session;

import org.jspecify.annotations.Nullable;

/**
 * What a session is asked to be.
 *
 * @param keepAliveSeconds 0 (none) to 65,535
 * @param cleanStart whether the first connection begins a new session
 * @param sessionExpirySeconds 0 (the session ends with the connection) to 4,294,967,295
 * @param receiveMaximum 1 to 65,535, each way
 * @param exactlyOnceMaximum QoS 2 publishes under way before MQTT 5, 1 to 65,535
 * @param topicAliasMaximum accepted from the server, 0 to 65,535
 * @param authenticator {@code null}: AUTH is refused
 */
public record SessionOptions(
        String clientIdentifier,
        int keepAliveSeconds,
        boolean cleanStart,
        long sessionExpirySeconds,
        int receiveMaximum,
        int exactlyOnceMaximum,
        int topicAliasMaximum,
        @Nullable Authenticator authenticator) {}
