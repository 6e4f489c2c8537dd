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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process of its own (names can be looked up differently only from the start): the broker's name
 * is unknown at first, then stands for one address, then for several of which the last one answers.
 */
public final class NameLookups extends InetAddressResolverProvider {
    private static final String NAME = "broker.pipit.test";
    private static final String SILENT = "silent.pipit.test";
    private static final CountDownLatch asked = new CountDownLatch(1);
    private static volatile List<String> addresses = List.of();

    /**
     * Prints the milliseconds from each change of the name to the connection, and those that
     * closing takes while the name server is silent.
     */
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
            addresses = List.of("127.0.0.1");
            long began = System.nanoTime();
            Socket one = accept(first);
            System.out.println((System.nanoTime() - began) / 1_000_000);
            // Nobody listens on the first two.
            addresses = List.of("::1", "127.0.0.3", "127.0.0.2");
            began = System.nanoTime();
            one.close();
            accept(second);
            System.out.println((System.nanoTime() - began) / 1_000_000);
            if (!connected.await(5, TimeUnit.SECONDS)) {
                throw new AssertionError("not connected twice");
            }
        }
        System.out.println(closedWhileTheNameServerIsSilent());
    }

    private static long closedWhileTheNameServerIsSilent() throws InterruptedException {
        MqttClient client =
                MqttClient.builder().url(URI.create("mqtt://" + SILENT)).clientId("c").build();
        client.start();
        if (!asked.await(5, TimeUnit.SECONDS)) {
            throw new AssertionError("the name was not looked up");
        }
        long began = System.nanoTime();
        client.close();
        return (System.nanoTime() - began) / 1_000_000;
    }

    private static Socket accept(ServerSocket server) throws Exception {
        server.setSoTimeout(5_000);
        Socket socket = server.accept();
        byte[] connect = socket.getInputStream().readNBytes(2);
        socket.getInputStream().skipNBytes(connect[1]);
        socket.getOutputStream().write(new byte[] {0x20, 2, 0, 0});
        return socket;
    }

    /** As the system's resolver: deaf to whoever closes the client meanwhile. */
    private static UnknownHostException silence(String host) {
        try {
            new CountDownLatch(1).await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new UnknownHostException(host);
    }

    @Override
    public InetAddressResolver get(Configuration configuration) {
        InetAddressResolver system = configuration.builtinResolver();
        return new InetAddressResolver() {
            @Override
            public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
                    throws UnknownHostException {
                if (host.equals(SILENT)) {
                    asked.countDown();
                    throw silence(host);
                }
                if (!host.equals(NAME)) {
                    return system.lookupByName(host, policy);
                }
                List<InetAddress> found = new ArrayList<>();
                for (String address : addresses) {
                    found.add(InetAddress.getByName(address));
                }
                if (found.isEmpty()) {
                    throw new UnknownHostException(host);
                }
                return found.stream();
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
