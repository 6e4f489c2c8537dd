package dev.pipit.benchmark;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.eclipse.paho.client.mqttv3.IMqttActionListener;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** Eclipse Paho, MQTT 3.1.1, without files. */
final class PahoPeer implements Peer {
    private final byte[] payload = new byte[PAYLOAD_BYTES];

    @Override
    public String name() {
        return "Paho 1.2.5";
    }

    private static MqttAsyncClient connect(int port) throws MqttException {
        MqttAsyncClient client =
                new MqttAsyncClient(
                        "tcp://127.0.0.1:" + port, "bench-paho", new MemoryPersistence());
        MqttConnectOptions options = new MqttConnectOptions();
        options.setMaxInflight(WINDOW + 10);
        client.connect(options).waitForCompletion();
        return client;
    }

    @Override
    public void publish(int port, int qos, int count) throws Exception {
        MqttAsyncClient client = connect(port);
        Semaphore window = new Semaphore(WINDOW);
        IMqttActionListener settled =
                new IMqttActionListener() {
                    @Override
                    public void onSuccess(IMqttToken token) {
                        window.release();
                    }

                    @Override
                    public void onFailure(IMqttToken token, Throwable cause) {
                        throw new IllegalStateException(cause);
                    }
                };
        for (int i = 0; i < count; i++) {
            window.acquire();
            client.publish(TOPIC, payload, qos, false, null, settled);
        }
        window.acquire(WINDOW);
        client.disconnect().waitForCompletion();
        client.close();
    }

    @Override
    public void roundTrips(int port, int qos, long[] times) throws Exception {
        MqttAsyncClient client = connect(port);
        CountDownLatch done = new CountDownLatch(1);
        long[] state = new long[2];
        client.subscribe(
                        TOPIC,
                        qos,
                        (topic, message) -> {
                            int number = (int) state[0]++;
                            times[number] = System.nanoTime() - state[1];
                            if (number + 1 == times.length) {
                                done.countDown();
                            } else {
                                state[1] = System.nanoTime();
                                client.publish(TOPIC, payload, qos, false);
                            }
                        })
                .waitForCompletion();
        state[1] = System.nanoTime();
        client.publish(TOPIC, payload, qos, false);
        done.await();
        client.disconnect().waitForCompletion();
        client.close();
    }
}
