package dev.pipit.mqtt;

import dev.pipit.testkit.Mosquitto;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** Against mosquitto, in C. */
@Tag("real")
final class MosquittoInteroperationTest extends Interoperation {
    private Mosquitto mosquitto;
    private int webSocketPort;

    @BeforeAll
    void start() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            webSocketPort = free.getLocalPort();
        }
        mosquitto =
                Mosquitto.start("listener " + webSocketPort + " 127.0.0.1", "protocol websockets");
    }

    @AfterAll
    void stop() throws IOException {
        mosquitto.close();
    }

    @Override
    protected URI broker() {
        return mosquitto.url();
    }

    @Override
    protected URI webSocket() {
        return URI.create("ws://127.0.0.1:" + webSocketPort + "/mqtt");
    }
}
