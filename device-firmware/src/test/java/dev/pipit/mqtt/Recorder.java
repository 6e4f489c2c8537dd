package dev.pipit.mqtt;

import dev.pipit.mqtt.packet.InboundPublish;
import dev.pipit.mqtt.packet.TopicName;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Writes down what a client tells its listener. */
class Recorder implements MqttListener {
    final BlockingQueue<Connected> connections = new LinkedBlockingQueue<>();
    final BlockingQueue<Disconnected> ends = new LinkedBlockingQueue<>();

    /** {@code topic=payload}. */
    final BlockingQueue<String> messages = new LinkedBlockingQueue<>();

    /** {@code content type, response topic}, of messages that have both. */
    final BlockingQueue<String> properties = new LinkedBlockingQueue<>();

    /** {@code filter code}. */
    final BlockingQueue<String> subscriptions = new LinkedBlockingQueue<>();

    /** {@code topic code}. */
    final BlockingQueue<String> refusals = new LinkedBlockingQueue<>();

    @Override
    public void connected(Connected connection) {
        connections.add(connection);
    }

    @Override
    public void disconnected(Disconnected cause) {
        ends.add(cause);
    }

    @Override
    public void message(InboundPublish message) {
        messages.add(message.topic() + "=" + message.payloadText());
        if (message.contentType() != null && message.responseTopic() != null) {
            properties.add(message.contentType() + ", " + message.responseTopic());
        }
    }

    @Override
    public void subscribed(String filter, int reasonCode) {
        subscriptions.add(filter + " " + reasonCode);
    }

    @Override
    public void publishRefused(TopicName topic, int reasonCode) {
        refusals.add(topic + " " + reasonCode);
    }

    /** The next of a queue, within ten seconds. */
    static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T value = queue.poll(10, TimeUnit.SECONDS);
        if (value == null) {
            throw new AssertionError("nothing came within ten seconds");
        }
        return value;
    }
}
