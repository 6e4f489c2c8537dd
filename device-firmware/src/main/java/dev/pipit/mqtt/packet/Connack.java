package dev.pipit.mqtt.packet;

import org.jspecify.annotations.Nullable;

/**
 * The server's answer to CONNECT (section 3.2), with the defaults of the specification for what it
 * left out.
 *
 * @param reasonCode before MQTT 5: the return code translated by {@link
 *     ReasonCode#ofConnectReturnCode}
 * @param sessionExpirySeconds -1: as the client asked
 * @param receiveMaximum 1 to 65,535
 * @param maximumQos 0, 1 or 2
 * @param maximumPacketSize in bytes; {@link Integer#MAX_VALUE} or below
 * @param topicAliasMaximum 0: none
 * @param serverKeepAlive seconds; -1: as the client asked
 */
public record Connack(
        boolean sessionPresent,
        int reasonCode,
        long sessionExpirySeconds,
        int receiveMaximum,
        int maximumQos,
        boolean retainAvailable,
        int maximumPacketSize,
        @Nullable String assignedClientIdentifier,
        int topicAliasMaximum,
        @Nullable String reasonString,
        boolean wildcardSubscriptionAvailable,
        boolean subscriptionIdentifiersAvailable,
        boolean sharedSubscriptionAvailable,
        int serverKeepAlive,
        @Nullable String responseInformation,
        @Nullable String serverReference,
        Auth authentication) {}
