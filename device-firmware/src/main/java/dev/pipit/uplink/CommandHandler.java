package dev.pipit.uplink;

import dev.pipit.mqtt.packet.InboundPublish;

/**
 * Decides on what arrives below {@code command/} and {@code control/}; called on the MQTT reader
 * thread.
 */
public interface CommandHandler {
    /**
     * Takes one command. The broker gets its acknowledgement when this has returned.
     *
     * @param target the last level of the topic: an actuator, or a verb
     * @param control whether it came below {@code control/}
     * @param early whether it came before this connection's SUBACK: the broker had kept it from
     *     before
     * @param message valid only inside this call
     */
    void command(String target, boolean control, boolean early, InboundPublish message);
}
