package dev.pipit.benchmark;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import javax.net.SocketFactory;
import org.eclipse.paho.client.mqttv3.IMqttActionListener;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/**
 * Eclipse Paho, without files, and with TCP_NODELAY, which it does not set by itself (a round trip
 * at QoS 1 takes it 42 ms then).
 */
final class PahoPeer implements Peer {
    private final byte[] payload = new byte[PAYLOAD_BYTES];

    @Override
    public String name() {
        return "Paho 1.2.5";
    }

    private static final class NoDelay extends SocketFactory {
        @Override
        public Socket createSocket() throws IOException {
            Socket socket = new Socket();
            socket.setTcpNoDelay(true);
            return socket;
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return new Socket(host, port);
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort)
                throws IOException {
            return new Socket(host, port, local, localPort);
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            return new Socket(host, port);
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
                throws IOException {
            return new Socket(host, port, local, localPort);
        }
    }

    private static MqttAsyncClient connect(int port) throws MqttException {
        MqttAsyncClient client =
                new MqttAsyncClient(
                        "tcp://127.0.0.1:" + port,
                        "bench-paho-" + ProcessHandle.current().pid(),
                        new MemoryPersistence());
        MqttConnectOptions options = new MqttConnectOptions();
        options.setMaxInflight(WINDOW + 10);
        options.setSocketFactory(new NoDelay());
        client.connect(options).waitForCompletion();
        return client;
    }

    @Override
    public Run publish(int port, int qos, int count) throws Exception {
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
        Run began = Run.now();
        for (int i = 0; i < count; i++) {
            window.acquire();
            client.publish(TOPIC, payload, qos, false, null, settled);
        }
        window.acquire(WINDOW);
        if (qos == 0) {
            client.publish(TOPIC, payload, 1, false).waitForCompletion();
        }
        Run took = began.until(Run.now());
        client.disconnect().waitForCompletion();
        client.close();
        return took;
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

    @Override
    public Connection open(int port) throws MqttException {
        MqttAsyncClient client = connect(port);
        return () -> client.publish(TOPIC, payload, 1, false);
    }
}
