package dev.pipit.uplink;

import dev.pipit.mqtt.packet.InboundPublish;

/** Decides on what arrives below {@code command/}; called on the MQTT reader thread. */
public interface CommandHandler {
    /**
     * Takes one command. The broker gets its acknowledgement when this has returned.
     *
     * @param actuator the last level of the topic
     * @param message valid only inside this call
     */
    void command(String actuator, InboundPublish message);
}
