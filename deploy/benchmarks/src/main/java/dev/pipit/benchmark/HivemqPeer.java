package dev.pipit.benchmark;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/** HiveMQ's client, asynchronous. */
final class HivemqPeer implements Peer {
    private final byte[] payload = new byte[PAYLOAD_BYTES];

    @Override
    public String name() {
        return "HiveMQ 1.3.5";
    }

    private static Mqtt3AsyncClient connect(int port) {
        Mqtt3AsyncClient client =
                Mqtt3Client.builder()
                        .identifier("bench-hivemq-" + ProcessHandle.current().pid())
                        .serverHost("127.0.0.1")
                        .serverPort(port)
                        .buildAsync();
        client.connect().join();
        return client;
    }

    private Mqtt3Publish message(int qos) {
        return Mqtt3Publish.builder()
                .topic(TOPIC)
                .qos(Objects.requireNonNull(MqttQos.fromCode(qos)))
                .payload(payload)
                .build();
    }

    @Override
    public Run publish(int port, int qos, int count) throws Exception {
        Mqtt3AsyncClient client = connect(port);
        Semaphore window = new Semaphore(WINDOW);
        Mqtt3Publish message = message(qos);
        Run began = Run.now();
        for (int i = 0; i < count; i++) {
            window.acquire();
            var sent = client.publish(message).thenRun(window::release);
            if (sent.isCompletedExceptionally()) {
                throw new IllegalStateException("HiveMQ refused to publish");
            }
        }
        window.acquire(WINDOW);
        if (qos == 0) {
            client.publish(message(1)).join();
        }
        Run took = began.until(Run.now());
        client.disconnect().join();
        return took;
    }

    @Override
    public void roundTrips(int port, int qos, long[] times) throws Exception {
        Mqtt3AsyncClient client = connect(port);
        Mqtt3Publish message = message(qos);
        CountDownLatch done = new CountDownLatch(1);
        long[] state = new long[2];
        client.subscribeWith()
                .topicFilter(TOPIC)
                .qos(Objects.requireNonNull(MqttQos.fromCode(qos)))
                .callback(received -> {
                    int number = (int) state[0]++;
                    times[number] = System.nanoTime() - state[1];
                    if (number + 1 == times.length) {
                        done.countDown();
                    } else {
                        state[1] = System.nanoTime();
                        var unused = client.publish(message);
                    }
                })
                .send()
                .join();
        state[1] = System.nanoTime();
        client.publish(message).join();
        done.await();
        client.disconnect().join();
    }

    @Override
    public Connection open(int port) {
        Mqtt3AsyncClient client = connect(port);
        Mqtt3Publish message = message(1);
        return () -> {
            var unused = client.publish(message);
        };
    }
}
