package dev.pipit.mqtt;

import static dev.pipit.mqtt.Recorder.next;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Over IPv6; needs a machine that has it on the loopback interface. */
@Tag("real")
final class Ipv6Test {
    @Test
    void anAddressInBracketsIsConnectedTo() throws Exception {
        Recorder recorder = new Recorder();
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName("::1"))) {
            URI url = URI.create("mqtt://[::1]:" + server.getLocalPort());
            try (MqttClient client =
                    MqttClient.builder()
                            .url(url)
                            .version(MqttVersion.V3_1_1)
                            .listener(recorder)
                            .build()) {
                client.start();
                try (Socket socket = server.accept()) {
                    socket.getOutputStream().write(new byte[] {0x20, 2, 0, 0});
                    assertThat(next(recorder.connections).url()).isEqualTo(url);
                }
            }
        }
    }
}
