package dev.pipit.demonstration;

import dev.pipit.mqtt.Interoperation;
import java.net.URI;
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

    /**
     * Artemis 2.55 handles DISCONNECT on one thread and the end of the connection on another: where
     * the second is the faster one, the will is published.
     */
    @Override
    protected boolean dropsTheWillAtGoodbye() {
        return false;
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
