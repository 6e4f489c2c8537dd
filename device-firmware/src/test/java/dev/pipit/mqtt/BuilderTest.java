package dev.pipit.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pipit.mqtt.packet.Qos;
import dev.pipit.mqtt.packet.TopicName;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the API refuses before anything is sent, and what it does without a connection. */
final class BuilderTest {
    private static MqttClientBuilder builder() {
        // Nothing listens on port 1 of the loopback.
        return MqttClient.builder()
                .url(URI.create("mqtt://127.0.0.1:1"))
                .clientId("c")
                .backOff(Duration.ofSeconds(30), Duration.ofSeconds(30));
    }

    @Test
    void valuesOutOfRangeAreNamed() {
        assertThatThrownBy(() -> MqttClient.builder().build())
                .hasMessageContaining("no broker URL");
        assertThatThrownBy(() -> builder().url(URI.create("http://x")))
                .hasMessageContaining("mqtt://host");
        assertThatThrownBy(() -> builder().keepAlive(Duration.ofDays(1)))
                .hasMessageContaining("keep alive");
        assertThatThrownBy(() -> builder().receiveMaximum(0)).hasMessageContaining("1 to 65535");
        assertThatThrownBy(() -> builder().exactlyOnceMaximum(0))
                .hasMessageContaining("exactly once maximum 0: expected 1 to 65535");
        assertThatThrownBy(() -> builder().maximumPacketSize(1)).hasMessageContaining("128");
        assertThatThrownBy(() -> builder().backOff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .hasMessageContaining("back-off");
        assertThatThrownBy(() -> builder().version(MqttVersion.V3_1).clientId("").build())
                .hasMessageContaining("client identifier");
        assertThatThrownBy(() -> builder().version(MqttVersion.V3_1_1).password("p").build())
                .hasMessageContaining("user name");
        assertThatThrownBy(() ->
                        new SubscribeOptions(
                                false, false, SubscribeOptions.RetainHandling.SEND, -1))
                .hasMessageContaining("subscription identifier");
    }

    @Test
    @Normative(
            version = "5.0",
            id = {"3.8.3-4"})
    void aSharedSubscriptionCannotBeNoLocal() {
        try (MqttClient client = builder().build()) {
            SubscribeOptions noLocal =
                    new SubscribeOptions(true, false, SubscribeOptions.RetainHandling.SEND, 0);
            assertThatThrownBy(() -> client.subscribe("$share/g/a", Qos.AT_LEAST_ONCE, noLocal))
                    .hasMessageContaining("MQTT-3.8.3-4");
            client.subscribe("a", Qos.AT_LEAST_ONCE, noLocal);
        }
    }

    @Test
    void subscribeOptionsStandWhereTheSpecificationPutsThem() {
        assertThat(SubscribeOptions.DEFAULT.bits(Qos.EXACTLY_ONCE)).isEqualTo(2);
        assertThat(
                        new SubscribeOptions(
                                        true, true, SubscribeOptions.RetainHandling.DO_NOT_SEND, 0)
                                .bits(Qos.AT_LEAST_ONCE))
                .isEqualTo(0x2D);
    }

    @Test
    void publishingWithoutAConnectionSaysWhatBecomesOfIt() {
        try (MqttClient client = builder().memoryStore(1_024).sendBuffer(2_048).build()) {
            TopicName topic = TopicName.of("a");
            byte[] payload = new byte[4_000];
            assertThat(client.publish(topic, payload, 0, 10, Qos.AT_MOST_ONCE, false))
                    .isEqualTo(PublishStatus.NOT_CONNECTED);
            assertThat(client.publish(topic, payload, 0, 400, Qos.AT_LEAST_ONCE, false))
                    .isEqualTo(PublishStatus.ACCEPTED);
            assertThat(client.publish(topic, payload, 0, 400, Qos.AT_LEAST_ONCE, false))
                    .isEqualTo(PublishStatus.ACCEPTED);
            assertThat(client.publish(topic, payload, 0, 400, Qos.AT_LEAST_ONCE, false))
                    .isEqualTo(PublishStatus.FULL);
            assertThat(client.publish(topic, payload, 0, 4_000, Qos.AT_LEAST_ONCE, false))
                    .isEqualTo(PublishStatus.TOO_LARGE);
            client.start();
            assertThatThrownBy(client::start).isInstanceOf(IllegalStateException.class);
            assertThat(client.isConnected()).isFalse();
            long began = System.nanoTime();
            assertThat(client.disconnect(Duration.ofMillis(50)))
                    .as("two are not settled")
                    .isFalse();
            assertThat((System.nanoTime() - began) / 1_000_000).isLessThan(1_500);
            assertThat(client.publish(topic, payload, 0, 10, Qos.AT_LEAST_ONCE, false))
                    .isEqualTo(PublishStatus.CLOSED);
        }
    }

    @Test
    void pausesGrowAreJitteredAndBeginAgainAfterReset() {
        BackOff backOff = new BackOff(100, 1_000, new java.util.Random(1));
        long ceiling = 100;
        for (int i = 0; i < 8; i++) {
            assertThat(backOff.next()).isBetween(ceiling / 2, ceiling);
            ceiling = Math.min(1_000, 2 * ceiling);
        }
        backOff.reset();
        assertThat(backOff.next()).isBetween(50L, 100L);
        backOff.stepBack();
        assertThat(backOff.next()).isBetween(500L, 1_000L);
    }
}
