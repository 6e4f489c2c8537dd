package dev.pipit.interoperation;

import com.hivemq.embedded.EmbeddedHiveMQ;
import dev.pipit.mqtt.Interoperation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** Against HiveMQ Community Edition, in Java. */
@Tag("real")
final class HivemqInteroperationTest extends Interoperation {
    @TempDir static Path folder;

    private EmbeddedHiveMQ hivemq;
    private int port;
    private int webSocketPort;

    @BeforeAll
    void start() throws IOException {
        port = freePort();
        webSocketPort = freePort();
        Path configuration = Files.createDirectories(folder.resolve("conf"));
        Files.writeString(
                configuration.resolve("config.xml"),
                """
                <?xml version="1.0"?>
                <hivemq>
                  <listeners>
                    <tcp-listener>
                      <port>%d</port>
                      <bind-address>127.0.0.1</bind-address>
                    </tcp-listener>
                    <websocket-listener>
                      <port>%d</port>
                      <bind-address>127.0.0.1</bind-address>
                      <path>/mqtt</path>
                    </websocket-listener>
                  </listeners>
                  <persistence><mode>in-memory</mode></persistence>
                  <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
                </hivemq>
                """
                        .formatted(port, webSocketPort));
        hivemq =
                EmbeddedHiveMQ.builder()
                        .withConfigurationFolder(configuration)
                        .withDataFolder(Files.createDirectories(folder.resolve("data")))
                        .withExtensionsFolder(Files.createDirectories(folder.resolve("extensions")))
                        .build();
        hivemq.start().join();
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    @AfterAll
    void stop() {
        hivemq.stop().join();
    }

    @Override
    protected URI broker() {
        return URI.create("mqtt://127.0.0.1:" + port);
    }

    @Override
    protected URI webSocket() {
        return URI.create("ws://127.0.0.1:" + webSocketPort + "/mqtt");
    }
}
