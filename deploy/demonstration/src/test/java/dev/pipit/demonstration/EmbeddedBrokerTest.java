package dev.pipit.demonstration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EmbeddedBrokerTest {
    /** 127.0.0.1 as the kernel's tables write it, as IPv4 and mapped into IPv6. */
    private static final List<String> LOOPBACK =
            List.of("0100007F", "0000000000000000FFFF00000100007F");

    @Test
    void listensOnTheLoopbackInterfaceOnly() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(0)) {
            int port = broker.url().getPort();
            try (Socket socket = new Socket("127.0.0.1", port)) {
                assertThat(socket.isConnected()).isTrue();
            }
            assertThat(listeningAddresses(port)).isNotEmpty().allMatch(LOOPBACK::contains);
        }
    }

    /**
     * From /proc/net/tcp and tcp6: column 2 is address:port in hexadecimal, column 4 the state, 0A
     * is LISTEN.
     */
    private static List<String> listeningAddresses(int port) throws IOException {
        String suffix = String.format(":%04X", port);
        try (Stream<String> ipv4 = Files.lines(Path.of("/proc/net/tcp"));
                Stream<String> ipv6 = Files.lines(Path.of("/proc/net/tcp6"))) {
            return Stream.concat(ipv4, ipv6)
                    .map(line -> line.strip().split("\\s+"))
                    .filter(columns -> columns[3].equals("0A") && columns[1].endsWith(suffix))
                    .map(columns -> columns[1].substring(0, columns[1].indexOf(':')))
                    .toList();
        }
    }
}
