package dev.pipit.mqtt;

import dev.pipit.mqtt.packet.PublishProperties;
import dev.pipit.mqtt.packet.Qos;
import dev.pipit.mqtt.packet.TopicName;
import java.time.Duration;

/**
 * A connection to an MQTT broker that mends itself.
 *
 * <pre>{@code
 * var client = MqttClient.builder()
 *         .url(URI.create("mqtt://127.0.0.1:1883"))
 *         .clientId("greenhouse")
 *         .will(Will.of("pipit/greenhouse/status", new byte[] {'0'}, Qos.AT_LEAST_ONCE, true))
 *         .listener(new MqttListener() {
 *             @Override
 *             public void message(InboundPublish message) {
 *                 System.out.println(message.topic() + " " + message.payloadText());
 *             }
 *         })
 *         .build();
 * client.subscribe("pipit/greenhouse/command/#", Qos.AT_LEAST_ONCE);
 * client.start();
 * client.publish("pipit/greenhouse/status", new byte[] {'1'}, Qos.AT_LEAST_ONCE, true);
 * }</pre>
 *
 * <p><b>Threads.</b> Every method may be called from any thread, also inside a listener's call, and
 * none but {@link #disconnect} and {@link #close} waits for anything but a short lock that is never
 * held over a read, a write or a listener's call. Three daemon threads serve a client: {@code
 * reader} connects, reads, decodes, calls the listener and sends what that caused; {@code writer}
 * sends what other threads publish; {@code timer} watches keep alive and deadlines.
 *
 * <p><b>Guarantees.</b> QoS 1 and 2 publishes are sent in the order they were given, per store, and
 * again with DUP after a reconnect until the server has settled them, within this process (and,
 * with a store that survives it, beyond). QoS 0 is lost with the connection. Inbound QoS 2 is
 * delivered once within a session.
 */
public final class MqttClient implements AutoCloseable {
    private boolean started;

    MqttClient(MqttClientBuilder builder) {}

    public static MqttClientBuilder builder() {
        return new MqttClientBuilder();
    }

    /**
     * Begins connecting in the background and never stops trying until {@link #close()}. Returns at
     * once.
     *
     * @throws IllegalStateException when called twice or after {@link #close()}
     */
    public void start() {
        if (started) {
            throw new IllegalStateException("the MQTT client was started before");
        }
        started = true;
    }

    /** Whether a connection stands at this moment. */
    public boolean isConnected() {
        return false;
    }

    /** Publishes a whole array; see {@link #publish(TopicName, byte[], int, int, Qos, boolean)}. */
    public PublishStatus publish(String topic, byte[] payload, Qos qos, boolean retain) {
        return publish(TopicName.of(topic), payload, 0, payload.length, qos, retain);
    }

    /** Publishes without properties: allocates nothing over plain TCP. */
    public PublishStatus publish(
            TopicName topic, byte[] payload, int offset, int length, Qos qos, boolean retain) {
        return publish(topic, payload, offset, length, qos, retain, PublishProperties.NONE);
    }

    /**
     * Publishes and returns at once. QoS 0 goes to the connection, if there is one. QoS 1 and 2 go
     * to the built-in memory store (bounded, see {@link MqttClientBuilder#memoryStore}) also
     * without a connection and are sent until settled.
     *
     * @param payload copied before this returns: {@code length} bytes from {@code offset} on
     */
    public PublishStatus publish(
            TopicName topic,
            byte[] payload,
            int offset,
            int length,
            Qos qos,
            boolean retain,
            PublishProperties properties) {
        return PublishStatus.NOT_CONNECTED;
    }

    /** Subscribes as 3.1.1 does; see {@link #subscribe(String, Qos, SubscribeOptions)}. */
    public void subscribe(String filter, Qos qos) {
        subscribe(filter, qos, SubscribeOptions.DEFAULT);
    }

    /**
     * Remembers the subscription and sends it: now, if there is a connection, and again after each
     * reconnect that found no session. The answer comes to {@link MqttListener#subscribed}.
     * Subscribing to the same filter again replaces QoS and options.
     *
     * @throws IllegalArgumentException saying what is wrong with the filter
     */
    public void subscribe(String filter, Qos qos, SubscribeOptions options) {}

    /** Forgets the subscription and tells the server, if there is a connection. */
    public void unsubscribe(String filter) {}

    /**
     * Tells the client that its {@link MqttClientBuilder#store} has new records. Takes no lock,
     * allocates nothing, may be called as often as wanted.
     */
    public void wake() {}

    /**
     * Says goodbye: waits until what was accepted has been sent and settled, then sends DISCONNECT
     * (so that no will is published) and closes. Called on the reader thread, it does not wait.
     *
     * @param flushFor how long to wait for settling at most; zero: not at all. In any case this
     *     returns within that time plus a second
     * @return whether everything accepted was settled
     */
    public boolean disconnect(Duration flushFor) {
        return true;
    }

    /** {@code disconnect(Duration.ZERO)}. */
    @Override
    public void close() {
        disconnect(Duration.ZERO);
    }
}
