package dev.pipit.cli;

import dev.pipit.mqtt.Connected;
import dev.pipit.mqtt.Disconnected;
import dev.pipit.mqtt.MqttClient;
import dev.pipit.mqtt.MqttListener;
import dev.pipit.mqtt.MqttVersion;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process of its own (names can be looked up differently only from the start): the broker's name
 * is unknown at first, then stands for one address, then for another.
 */
public final class NameLookups extends InetAddressResolverProvider {
    private static final String NAME = "broker.pipit.test";
    private static volatile String address = "";

    /** Prints the milliseconds from each change of the name to the connection. */
    public static void main(String[] arguments) throws Exception {
        RunCommand.lookNamesUpEachTime();
        CountDownLatch unknown = new CountDownLatch(1);
        CountDownLatch connected = new CountDownLatch(2);
        try (ServerSocket first = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
                ServerSocket second =
                        new ServerSocket(
                                first.getLocalPort(), 5, InetAddress.getByName("127.0.0.2"));
                MqttClient client =
                        MqttClient.builder()
                                .url(URI.create("mqtt://" + NAME + ":" + first.getLocalPort()))
                                .version(MqttVersion.V3_1_1)
                                .clientId("c")
                                .backOff(Duration.ofMillis(20), Duration.ofMillis(40))
                                .listener(
                                        new MqttListener() {
                                            @Override
                                            public void connected(Connected connection) {
                                                connected.countDown();
                                            }

                                            @Override
                                            public void disconnected(Disconnected cause) {
                                                if (cause.reason().contains("cannot be resolved")) {
                                                    unknown.countDown();
                                                }
                                            }
                                        })
                                .build()) {
            client.start();
            if (!unknown.await(5, TimeUnit.SECONDS)) {
                throw new AssertionError("the unknown name was not told");
            }
            address = "127.0.0.1";
            long began = System.nanoTime();
            Socket one = accept(first);
            System.out.println((System.nanoTime() - began) / 1_000_000);
            address = "127.0.0.2";
            began = System.nanoTime();
            one.close();
            accept(second);
            System.out.println((System.nanoTime() - began) / 1_000_000);
            if (!connected.await(5, TimeUnit.SECONDS)) {
                throw new AssertionError("not connected twice");
            }
        }
    }

    private static Socket accept(ServerSocket server) throws Exception {
        server.setSoTimeout(5_000);
        Socket socket = server.accept();
        byte[] connect = socket.getInputStream().readNBytes(2);
        socket.getInputStream().skipNBytes(connect[1]);
        socket.getOutputStream().write(new byte[] {0x20, 2, 0, 0});
        return socket;
    }

    @Override
    public InetAddressResolver get(Configuration configuration) {
        InetAddressResolver system = configuration.builtinResolver();
        return new InetAddressResolver() {
            @Override
            public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
                    throws UnknownHostException {
                if (!host.equals(NAME)) {
                    return system.lookupByName(host, policy);
                }
                String now = address;
                if (now.isEmpty()) {
                    throw new UnknownHostException(host);
                }
                return List.of(InetAddress.getByName(now)).stream();
            }

            @Override
            public String lookupByAddress(byte[] bytes) throws UnknownHostException {
                return system.lookupByAddress(bytes);
            }
        };
    }

    @Override
    public String name() {
        return "names of a test";
    }
}
