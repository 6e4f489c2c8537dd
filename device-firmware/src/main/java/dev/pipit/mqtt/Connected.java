package dev.pipit.mqtt;

import java.net.URI;
import java.time.Duration;

/**
 * A connection stands.
 *
 * @param sessionPresent the server resumed the session; otherwise the client subscribes again by
 *     itself
 * @param version what is spoken: never {@code AUTO}
 * @param url the one of the configured URLs that answered
 * @param clientId as configured, or as the server assigned it
 * @param keepAlive in force, zero for none
 * @param receiveMaximum unacknowledged QoS 1 and 2 publishes the server takes at a time
 * @param maximumPacketSize largest packet the server takes, in bytes
 */
public record Connected(
        boolean sessionPresent,
        MqttVersion version,
        URI url,
        String clientId,
        Duration keepAlive,
        int receiveMaximum,
        int maximumPacketSize) {}
