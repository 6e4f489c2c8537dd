package dev.pipit.demonstration;

import dev.pipit.mqtt.Interoperation;
import dev.pipit.mqtt.MqttVersion;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The MQTT client against Apache ActiveMQ Artemis, in Java, which the demonstration brings. */
@Tag("real")
final class ArtemisInteroperationTest extends Interoperation {
    private EmbeddedBroker broker;

    @BeforeAll
    void start() {
        broker = EmbeddedBroker.start(0);
    }

    @AfterAll
    void stop() {
        broker.close();
    }

    /** Artemis 2.55 publishes the will of a 3.1 client after its DISCONNECT, too. */
    @Override
    protected List<MqttVersion> wills() {
        return List.of(MqttVersion.V3_1_1, MqttVersion.V5);
    }

    /** It works off what the old connection brought while the new one resends the same. */
    @Override
    protected boolean keepsOrderOverACut() {
        return false;
    }

    /** Artemis 2.55 never publishes it. */
    @Override
    protected boolean delaysTheWillOfAReconnectedClient() {
        return false;
    }

    @Override
    protected URI broker() {
        return broker.url();
    }

    @Override
    protected URI webSocket() {
        return URI.create("ws://127.0.0.1:" + broker.url().getPort() + "/mqtt");
    }
}
