package dev.pipit.mqtt;

import static dev.pipit.mqtt.Recorder.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.mqtt.SubscribeOptions.RetainHandling;
import dev.pipit.mqtt.packet.InboundPublish;
import dev.pipit.mqtt.packet.Qos;
import dev.pipit.mqtt.packet.Will;
import dev.pipit.testkit.Mosquitto;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client against a real mosquitto. */
@Tag("real")
final class MosquittoTest {
    private Mosquitto broker;

    @BeforeEach
    void start() throws Exception {
        broker = Mosquitto.start();
    }

    @AfterEach
    void stop() throws Exception {
        broker.close();
    }

    private MqttClientBuilder client(MqttVersion version, String id, MqttListener listener) {
        return MqttClient.builder()
                .url(broker.url())
                .version(version)
                .clientId(id)
                .backOff(Duration.ofMillis(20), Duration.ofMillis(100))
                .listener(listener);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @EnumSource(MqttVersion.class)
    void messagesOfEveryQosComeBack(MqttVersion version) throws Exception {
        Recorder recorder = new Recorder();
        try (MqttClient client = client(version, "both-ways", recorder).build()) {
            client.subscribe("a/#", Qos.EXACTLY_ONCE);
            client.start();
            assertThat(next(recorder.subscriptions)).isEqualTo("a/# 2");
            for (Qos qos : Qos.values()) {
                assertThat(client.publish("a/" + qos.level(), text("x" + qos), qos, false))
                        .isEqualTo(PublishStatus.ACCEPTED);
                assertThat(next(recorder.messages)).isEqualTo("a/" + qos.level() + "=x" + qos);
            }
            assertThat(client.disconnect(Duration.ofSeconds(2))).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(MqttVersion.class)
    void comesBackAfterTheBrokerWasKilled(MqttVersion version) throws Exception {
        Recorder recorder = new Recorder();
        try (MqttClient client = client(version, "comes-back", recorder).build()) {
            client.subscribe("a", Qos.AT_LEAST_ONCE);
            client.start();
            next(recorder.subscriptions);
            broker.kill();
            next(recorder.ends);
            assertThat(client.publish("a", text("kept"), Qos.AT_LEAST_ONCE, false))
                    .isEqualTo(PublishStatus.ACCEPTED);
            broker.restart();
            assertThat(next(recorder.messages)).isEqualTo("a=kept");
        }
    }

    @ParameterizedTest
    @EnumSource(MqttVersion.class)
    void theWillArrivesWhenTheConnectionIsCutAndNotAfterGoodbye(MqttVersion version)
            throws Exception {
        Recorder watcher = new Recorder();
        try (MqttClient watching = client(version, "watcher", watcher).build()) {
            watching.subscribe("will/#", Qos.AT_LEAST_ONCE);
            watching.start();
            next(watcher.subscriptions);
            Recorder recorder = new Recorder();
            MqttClientBuilder mortal =
                    client(version, "mortal", recorder)
                            .will(Will.of("will/mortal", text("0"), Qos.AT_LEAST_ONCE, false));
            try (MqttClient first = mortal.build()) {
                first.start();
                next(recorder.connections);
            }
            // Taken over by another client of the same name: the first one's will is published.
            try (MqttClient second = mortal.build();
                    MqttClient third =
                            client(version, "mortal", new Recorder())
                                    .backOff(Duration.ofSeconds(9), Duration.ofSeconds(9))
                                    .build()) {
                second.start();
                next(recorder.connections);
                third.start();
                assertThat(next(watcher.messages)).isEqualTo("will/mortal=0");
            }
            assertThat(watcher.messages).isEmpty();
        }
    }

    /** The retained message comes with RETAIN set; a new one only where that was asked for. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void retainHandlingSaysWhatComesAtFirstAndRetainAsPublishedWhatComesLater(boolean asPublished)
            throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        Recorder recorder =
                new Recorder() {
                    @Override
                    public void message(InboundPublish message) {
                        heard.add(message.payloadText() + (message.retain() ? " retained" : ""));
                    }
                };
        try (MqttClient client = client(MqttVersion.V5, "retain", recorder).build()) {
            client.start();
            next(recorder.connections);
            client.publish("kept", text("old"), Qos.AT_LEAST_ONCE, true);
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
            while (!client.isSettled() && System.nanoTime() < until) {
                Thread.sleep(2);
            }
            SubscribeOptions ifNew =
                    new SubscribeOptions(false, asPublished, RetainHandling.SEND_IF_NEW, 0);
            client.subscribe("kept", Qos.AT_LEAST_ONCE, ifNew);
            assertThat(next(heard)).isEqualTo("old retained");
            next(recorder.subscriptions);
            // The same again is not new: the next to come is what is published next.
            client.subscribe("kept", Qos.AT_LEAST_ONCE, ifNew);
            next(recorder.subscriptions);
            client.publish("kept", text("new"), Qos.AT_LEAST_ONCE, true);
            assertThat(next(heard)).isEqualTo(asPublished ? "new retained" : "new");
            SubscribeOptions always =
                    new SubscribeOptions(false, asPublished, RetainHandling.SEND, 0);
            client.subscribe("kept", Qos.AT_LEAST_ONCE, always);
            assertThat(next(heard)).isEqualTo("new retained");
        }
    }
}
