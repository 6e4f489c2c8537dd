package dev.pipit.uplink;

import dev.pipit.config.BrokerConfig;
import dev.pipit.mqtt.MqttClient;
import dev.pipit.mqtt.MqttClientBuilder;
import dev.pipit.mqtt.MqttVersion;
import dev.pipit.mqtt.TlsOptions;
import java.util.List;

/** From the configuration of a broker to a client that speaks to it. */
public final class BrokerConnection {
    private BrokerConnection() {}

    /** A builder that knows where the broker is, what is spoken, whom to trust and who we are. */
    public static MqttClientBuilder builder(BrokerConfig broker) {
        return MqttClient.builder()
                .urls(broker.urls())
                .username(broker.username())
                .password(broker.password())
                .keepAlive(broker.keepAlive())
                .version(version(broker.version()))
                .tls(new TlsOptions(broker.ca(), broker.certificate(), broker.key(), List.of()));
    }

    private static MqttVersion version(String written) {
        return switch (written) {
            case "3.1" -> MqttVersion.V3_1;
            case "3.1.1" -> MqttVersion.V3_1_1;
            case "5" -> MqttVersion.V5;
            default -> MqttVersion.AUTO;
        };
    }
}
