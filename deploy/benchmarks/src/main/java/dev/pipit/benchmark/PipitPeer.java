package dev.pipit.benchmark;

import dev.pipit.mqtt.Connected;
import dev.pipit.mqtt.MqttClient;
import dev.pipit.mqtt.MqttListener;
import dev.pipit.mqtt.MqttVersion;
import dev.pipit.mqtt.PublishStatus;
import dev.pipit.mqtt.packet.InboundPublish;
import dev.pipit.mqtt.packet.Qos;
import dev.pipit.mqtt.packet.TopicName;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/** This project's client. */
final class PipitPeer implements Peer {
    private static final TopicName NAME = TopicName.of(TOPIC);
    private final byte[] payload = new byte[PAYLOAD_BYTES];

    @Override
    public String name() {
        return "pipit";
    }

    private static MqttClient client(int port, MqttListener listener) {
        return MqttClient.builder()
                .url(URI.create("mqtt://127.0.0.1:" + port))
                .version(MqttVersion.V3_1_1)
                .clientId("bench-pipit-" + ProcessHandle.current().pid())
                .receiveMaximum(WINDOW)
                .exactlyOnceMaximum(WINDOW)
                .listener(listener)
                .build();
    }

    private void publish(MqttClient client, Qos qos) {
        while (client.publish(NAME, payload, 0, payload.length, qos, false) == PublishStatus.FULL) {
            LockSupport.parkNanos(100_000);
        }
    }

    @Override
    public Run publish(int port, int qos, int count) throws Exception {
        CountDownLatch connected = new CountDownLatch(1);
        MqttListener listener =
                new MqttListener() {
                    @Override
                    public void connected(Connected connection) {
                        connected.countDown();
                    }
                };
        try (MqttClient client = client(port, listener)) {
            client.start();
            connected.await();
            Qos level = Qos.of(qos);
            Run began = Run.now();
            for (int i = 0; i < count; i++) {
                publish(client, level);
            }
            if (qos == 0) {
                publish(client, Qos.AT_LEAST_ONCE);
            }
            client.disconnect(Duration.ofSeconds(60));
            return began.until(Run.now());
        }
    }

    @Override
    public void roundTrips(int port, int qos, long[] times) throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        MqttClient[] self = new MqttClient[1];
        Qos level = Qos.of(qos);
        MqttListener listener =
                new MqttListener() {
                    private int count;
                    private long at;

                    private void send() {
                        at = System.nanoTime();
                        self[0].publish(NAME, payload, 0, payload.length, level, false);
                    }

                    @Override
                    public void subscribed(String filter, int reasonCode) {
                        send();
                    }

                    @Override
                    public void message(InboundPublish message) {
                        times[count++] = System.nanoTime() - at;
                        if (count == times.length) {
                            done.countDown();
                        } else {
                            send();
                        }
                    }
                };
        try (MqttClient client = client(port, listener)) {
            self[0] = client;
            client.subscribe(TOPIC, level);
            client.start();
            done.await();
        }
    }

    @Override
    public Connection open(int port) throws Exception {
        CountDownLatch connected = new CountDownLatch(1);
        MqttClient client =
                client(
                        port,
                        new MqttListener() {
                            @Override
                            public void connected(Connected connection) {
                                connected.countDown();
                            }
                        });
        client.start();
        connected.await();
        return () -> publish(client, Qos.AT_LEAST_ONCE);
    }
}
