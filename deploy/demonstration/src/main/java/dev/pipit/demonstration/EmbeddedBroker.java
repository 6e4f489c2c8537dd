package dev.pipit.demonstration;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;

/**
 * Apache ActiveMQ Artemis inside this process, speaking MQTT on the loopback interface only,
 * keeping nothing on disk. For the demonstration and for tests; never on a device.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private final EmbeddedActiveMQ broker;
    private final int port;

    private EmbeddedBroker(EmbeddedActiveMQ broker, int port) {
        this.broker = broker;
        this.port = port;
    }

    /**
     * Starts a broker on 127.0.0.1.
     *
     * @param port 0: a free one
     */
    public static EmbeddedBroker start(int port) {
        int chosen = port == 0 ? freePort() : port;
        try {
            Configuration configuration =
                    new ConfigurationImpl()
                            .setPersistenceEnabled(false)
                            .setSecurityEnabled(false)
                            .setJMXManagementEnabled(false)
                            .addAcceptorConfiguration(
                                    "mqtt", "tcp://127.0.0.1:" + chosen + "?protocols=MQTT");
            configuration.addAddressSetting(
                    "#",
                    new AddressSettings()
                            .setAutoCreateAddresses(true)
                            .setAutoCreateQueues(true)
                            .setAutoDeleteAddresses(true)
                            .setAutoDeleteQueues(true));
            EmbeddedActiveMQ broker = new EmbeddedActiveMQ();
            broker.setConfiguration(configuration);
            broker.start();
            return new EmbeddedBroker(broker, chosen);
        } catch (Exception failed) {
            throw new IllegalStateException(
                    "the embedded broker does not start on 127.0.0.1:" + chosen, failed);
        }
    }

    /** Whether nobody listens on this port of the loopback interface yet. */
    static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return probe.isBound();
        } catch (java.io.IOException taken) {
            return false;
        }
    }

    private static int freePort() {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        } catch (java.io.IOException none) {
            throw new java.io.UncheckedIOException(none);
        }
    }

    public URI url() {
        return URI.create("mqtt://127.0.0.1:" + port);
    }

    @Override
    public void close() {
        try {
            broker.stop();
        } catch (Exception failed) {
            throw new IllegalStateException("the embedded broker does not stop", failed);
        }
    }
}
