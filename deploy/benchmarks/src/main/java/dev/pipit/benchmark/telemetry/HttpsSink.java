package dev.pipit.benchmark.telemetry;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.pipit.mqtt.MqttClient;
import dev.pipit.mqtt.TlsOptions;
import dev.pipit.mqtt.packet.Qos;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * {@code HttpsSink ADDRESS PORT PKCS12 MQTTS-PORT CA-PEM}: takes what is POSTed and answers 204,
 * until killed, and subscribes to everything at the broker beside it: to a message that nobody
 * takes a broker of MQTT 5 answers otherwise.
 */
public final class HttpsSink {
    private static final char[] PASSWORD = "benchmark".toCharArray();

    private HttpsSink() {}

    public static void main(String[] arguments) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(Path.of(arguments[2]))) {
            store.load(in, PASSWORD);
        }
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        SSLContext tls = SSLContext.getInstance("TLSv1.3");
        tls.init(keys.getKeyManagers(), null, null);
        HttpsServer server =
                HttpsServer.create(
                        new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1])), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.createContext(
                "/readings",
                exchange -> {
                    exchange.getRequestBody().readAllBytes();
                    exchange.sendResponseHeaders(204, -1);
                    exchange.close();
                });
        server.start();
        MqttClient subscriber =
                MqttClient.builder()
                        .url(URI.create("mqtts://" + arguments[0] + ":" + arguments[3]))
                        .clientId("bench-subscriber")
                        .tls(new TlsOptions(Path.of(arguments[4]), null, null, List.of()))
                        .build();
        subscriber.subscribe("#", Qos.AT_LEAST_ONCE);
        subscriber.start();
    }
}
