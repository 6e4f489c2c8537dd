package dev.pipit.mqtt;

import dev.pipit.mqtt.packet.InboundPublish;
import dev.pipit.mqtt.packet.TopicName;

/**
 * What the client tells its user. All calls come from the client's reader thread, one at a time, in
 * the order things happened. Publishing, subscribing and closing inside a call is allowed and never
 * waits for the network; what is published inside {@link #message} leaves in the same write as the
 * acknowledgement. A call that takes long delays the reading of the next packet (not keep alive,
 * not other threads' publishes). An exception is logged and otherwise ignored.
 */
public interface MqttListener {
    /** A connection stands; subscriptions have been sent again if they had to be. */
    default void connected(Connected connection) {}

    /** A connection ended or an attempt failed; the client tries again by itself. */
    default void disconnected(Disconnected cause) {}

    /**
     * A message. The acknowledgement of QoS 1 and 2 goes out only after this has returned.
     *
     * @param message valid only inside this call
     */
    default void message(InboundPublish message) {}

    /**
     * The server answered a subscription.
     *
     * @param reasonCode granted QoS 0, 1, 2, or a failure from 0x80 on
     */
    default void subscribed(String filter, int reasonCode) {}

    /**
     * The server refused a publish of QoS 1 or 2 from the memory store for good (MQTT 5), or it
     * exceeds what the server announced it accepts.
     */
    default void publishRefused(TopicName topic, int reasonCode) {}
}
