package dev.pipit.mqtt;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection ended, or an attempt at one failed.
 *
 * @param reason in plain words, with the server's Reason String if it sent one
 * @param reasonCode {@link dev.pipit.mqtt.packet.ReasonCode} where one side named one, otherwise -1
 * @param wasConnected whether {@link MqttListener#connected} was called for it
 * @param retryIn when the next attempt begins; {@code null} after {@link MqttClient#disconnect}
 */
public record Disconnected(
        String reason, int reasonCode, boolean wasConnected, @Nullable Duration retryIn) {}
