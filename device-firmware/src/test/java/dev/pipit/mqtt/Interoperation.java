package dev.pipit.mqtt;

import static dev.pipit.mqtt.Recorder.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.mqtt.SubscribeOptions.RetainHandling;
import dev.pipit.mqtt.packet.InboundPublish;
import dev.pipit.mqtt.packet.PublishProperties;
import dev.pipit.mqtt.packet.Qos;
import dev.pipit.mqtt.packet.TopicName;
import dev.pipit.mqtt.packet.Will;
import dev.pipit.testkit.Cable;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What has to work with every broker, whoever made it; each broker has a subclass that starts it.
 * Topics are of each test's own, so that one broker serves all of them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class Interoperation {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** Where the broker listens for plain MQTT. */
    protected abstract URI broker();

    /** Where it listens for WebSocket, with the path. */
    protected abstract URI webSocket();

    /** What every one of them speaks. */
    protected static List<MqttVersion> versions() {
        return List.of(MqttVersion.V3_1, MqttVersion.V3_1_1, MqttVersion.V5);
    }

    /** Those that know shared subscriptions with this broker. */
    protected List<MqttVersion> sharing() {
        return List.of(MqttVersion.V3_1_1, MqttVersion.V5);
    }

    /** Whether a DISCONNECT always keeps the broker from publishing the will. */
    protected boolean dropsTheWillAtGoodbye() {
        return true;
    }

    /** Whether the broker itself is exact when a new connection overtakes the end of the old. */
    protected boolean keepsOrderOverACut() {
        return true;
    }

    /** Whether a delayed will still comes where the client had been back once. */
    protected boolean delaysTheWillOfAReconnectedClient() {
        return true;
    }

    private static String fresh(String name) {
        return name + NUMBER.incrementAndGet();
    }

    private MqttClientBuilder client(MqttVersion version, String id, Recorder recorder) {
        return MqttClient.builder()
                .url(broker())
                .version(version)
                .clientId(fresh(id))
                .backOff(Duration.ofMillis(20), Duration.ofMillis(100))
                .listener(recorder);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void nothingMore(BlockingQueue<?> queue) throws InterruptedException {
        Thread.sleep(100);
        assertThat(queue).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void messagesOfEveryQosGoThereAndComeBack(MqttVersion version) throws Exception {
        Recorder recorder = new Recorder();
        String topic = fresh("both/");
        try (MqttClient client = client(version, "both", recorder).build()) {
            client.start();
            assertThat(next(recorder.connections).version()).isEqualTo(version);
            for (Qos subscribed : Qos.values()) {
                client.subscribe(topic + "/#", subscribed);
                assertThat(next(recorder.subscriptions))
                        .isEqualTo(topic + "/# " + subscribed.level());
                for (Qos published : Qos.values()) {
                    String to = topic + "/" + published.level();
                    assertThat(client.publish(to, text("x"), published, false))
                            .isEqualTo(PublishStatus.ACCEPTED);
                    assertThat(next(recorder.messages)).isEqualTo(to + "=x");
                }
            }
            client.unsubscribe(topic + "/#");
            assertThat(client.disconnect(Duration.ofSeconds(3))).isTrue();
            assertThat(recorder.messages).isEmpty();
        }
    }

    @Test
    void autoSpeaksTheNewestVersion() throws Exception {
        Recorder recorder = new Recorder();
        try (MqttClient client = client(MqttVersion.AUTO, "auto", recorder).build()) {
            client.start();
            assertThat(next(recorder.connections).version()).isEqualTo(versions().getLast());
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aRetainedMessageWaitsForTheSubscriberUntilItIsCleared(MqttVersion version)
            throws Exception {
        Recorder recorder = new Recorder();
        String topic = fresh("kept/");
        try (MqttClient client = client(version, "keeps", recorder).build()) {
            client.start();
            client.publish(topic, text("first"), Qos.AT_LEAST_ONCE, true);
            client.publish(topic, text("last"), Qos.AT_LEAST_ONCE, true);
            settled(client);
            client.subscribe(topic, Qos.AT_LEAST_ONCE);
            assertThat(next(recorder.messages)).isEqualTo(topic + "=last");
            client.publish(topic, new byte[0], Qos.AT_LEAST_ONCE, true);
            assertThat(next(recorder.messages)).isEqualTo(topic + "=");
            settled(client);
            Recorder late = new Recorder();
            try (MqttClient other = client(version, "late", late).build()) {
                other.subscribe(topic, Qos.AT_LEAST_ONCE);
                other.start();
                next(late.subscriptions);
                nothingMore(late.messages);
            }
        }
    }

    private static void settled(MqttClient client) throws InterruptedException {
        // Without saying goodbye, which disconnect would.
        long deadline = System.nanoTime() + 5_000_000_000L;
        while (!client.isSettled()) {
            assertThat(System.nanoTime()).as("settled within 5 s").isLessThan(deadline);
            Thread.sleep(2);
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void theWillIsPublishedAfterACutAndNotAfterGoodbye(MqttVersion version) throws Exception {
        Recorder watcher = new Recorder();
        String topic = fresh("will/");
        Will will = Will.of(topic, text("gone"), Qos.AT_LEAST_ONCE, false);
        try (MqttClient watching = client(version, "watcher", watcher).build()) {
            watching.subscribe(topic, Qos.AT_LEAST_ONCE);
            watching.start();
            next(watcher.subscriptions);
            Recorder polite = new Recorder();
            try (MqttClient client = client(version, "polite", polite).will(will).build()) {
                client.start();
                next(polite.connections);
            }
            if (dropsTheWillAtGoodbye()) {
                nothingMore(watcher.messages);
            } else {
                Thread.sleep(100);
                watcher.messages.clear();
            }
            Recorder recorder = new Recorder();
            try (Cable cable = new Cable(broker());
                    MqttClient client =
                            client(version, "mortal", recorder)
                                    .url(cable.url())
                                    .will(will)
                                    .sessionExpiry(Duration.ZERO)
                                    .build()) {
                client.start();
                next(recorder.connections);
                cable.cut();
                assertThat(next(watcher.messages)).isEqualTo(topic + "=gone");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void wildcardsMatchOneLevelOrTheRestAndNoTopicThatBeginsWithADollar(MqttVersion version)
            throws Exception {
        Recorder one = new Recorder();
        Recorder all = new Recorder();
        String root = fresh("wild");
        try (MqttClient first = client(version, "plus", one).build();
                MqttClient second = client(version, "hash", all).build()) {
            first.subscribe(root + "/+/b", Qos.AT_LEAST_ONCE);
            second.subscribe("#", Qos.AT_LEAST_ONCE);
            first.start();
            second.start();
            next(one.subscriptions);
            next(all.subscriptions);
            for (String topic : List.of("", "/a", "/a/b", "/a/b/c", "/+x/b", "//b")) {
                if (!topic.contains("+")) {
                    first.publish(root + topic, text("1"), Qos.AT_LEAST_ONCE, false);
                }
            }
            assertThat(next(one.messages)).isEqualTo(root + "/a/b=1");
            assertThat(next(one.messages)).isEqualTo(root + "//b=1");
            List<String> heard = new ArrayList<>();
            while (heard.size() < 5) {
                String message = next(all.messages);
                assertThat(message).doesNotStartWith("$");
                if (message.startsWith(root)) {
                    heard.add(message.substring(root.length()));
                }
            }
            assertThat(heard).containsExactly("=1", "/a=1", "/a/b=1", "/a/b/c=1", "//b=1");
        }
    }

    @ParameterizedTest
    @MethodSource("sharing")
    void aSharedSubscriptionGivesEachMessageToOneMember(MqttVersion version) throws Exception {
        Recorder left = new Recorder();
        Recorder right = new Recorder();
        String topic = fresh("share/");
        String filter = "$share/group/" + topic;
        try (MqttClient first = client(version, "left", left).build();
                MqttClient second = client(version, "right", right).build()) {
            first.subscribe(filter, Qos.AT_LEAST_ONCE);
            second.subscribe(filter, Qos.AT_LEAST_ONCE);
            first.start();
            second.start();
            assertThat(next(left.subscriptions)).isEqualTo(filter + " 1");
            next(right.subscriptions);
            for (int i = 0; i < 20; i++) {
                first.publish(topic, text("m" + i), Qos.AT_LEAST_ONCE, false);
            }
            long deadline = System.nanoTime() + 5_000_000_000L;
            while (left.messages.size() + right.messages.size() < 20) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.sleep(5);
            }
            Thread.sleep(100);
            // Which of them is the server's affair.
            List<String> both = new ArrayList<>(left.messages);
            both.addAll(right.messages);
            assertThat(both).hasSize(20).doesNotHaveDuplicates();
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void whatWasPublishedWhileTheClientWasAwayWaitsInItsSession(MqttVersion version)
            throws Exception {
        Recorder recorder = new Recorder();
        Recorder other = new Recorder();
        String topic = fresh("away/");
        try (Cable cable = new Cable(broker());
                MqttClient away =
                        client(version, "away", recorder)
                                .url(cable.url())
                                .cleanStart(false)
                                .build();
                MqttClient publisher = client(version, "publisher", other).build()) {
            away.subscribe(topic, Qos.EXACTLY_ONCE);
            away.start();
            publisher.start();
            next(recorder.subscriptions);
            cable.cut();
            next(recorder.ends);
            publisher.publish(topic, text("1"), Qos.AT_LEAST_ONCE, false);
            publisher.publish(topic, text("2"), Qos.EXACTLY_ONCE, false);
            settled(publisher);
            cable.mend();
            assertThat(next(recorder.messages)).isEqualTo(topic + "=1");
            assertThat(next(recorder.messages)).isEqualTo(topic + "=2");
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void qos2ArrivesExactlyOnceInOrderWhileTheCableIsCutAgainAndAgain(MqttVersion version)
            throws Exception {
        int messages = 150;
        Recorder watcher = new Recorder();
        Recorder recorder = new Recorder();
        String topic = fresh("once/");
        try (Cable cable = new Cable(broker());
                MqttClient watching = client(version, "watching", watcher).build();
                MqttClient client =
                        client(version, "cut", recorder)
                                .url(cable.url())
                                .cleanStart(false)
                                .build()) {
            watching.subscribe(topic, Qos.EXACTLY_ONCE);
            watching.start();
            next(watcher.subscriptions);
            client.start();
            next(recorder.connections);
            for (int i = 0; i < messages; i++) {
                client.publish(topic, text(String.valueOf(i)), Qos.EXACTLY_ONCE, false);
                if (i % 40 == 20) {
                    cable.cut();
                    cable.mend();
                }
                Thread.sleep(1);
            }
            if (!keepsOrderOverACut()) {
                Set<String> all = new TreeSet<>();
                while (all.size() < messages) {
                    all.add(next(watcher.messages));
                }
                return;
            }
            for (int i = 0; i < messages; i++) {
                assertThat(next(watcher.messages)).isEqualTo(topic + "=" + i);
            }
            assertThat(recorder.ends).isNotEmpty();
            settled(client);
            nothingMore(watcher.messages);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V3_1_1", "V5"})
    void aClientThatWasTakenOverDoesNotFight(MqttVersion version) throws Exception {
        Recorder first = new Recorder();
        Recorder second = new Recorder();
        String id = fresh("same");
        try (MqttClient loser =
                        client(version, "", first)
                                .clientId(id)
                                .backOff(Duration.ofSeconds(5), Duration.ofSeconds(5))
                                .build();
                MqttClient winner = client(version, "", second).clientId(id).build()) {
            loser.start();
            next(first.connections);
            winner.start();
            next(second.connections);
            Disconnected end = next(first.ends);
            if (version == MqttVersion.V5) {
                // mosquitto 2.0 closes without a word.
                assertThat(end.reasonCode()).isIn(0x8E, -1);
            }
            nothingMore(second.ends);
        }
    }

    @Test
    void propertiesOfMqtt5GoThrough() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        Recorder recorder =
                new Recorder() {
                    @Override
                    public void message(InboundPublish message) {
                        byte[] correlation = message.correlationData();
                        heard.add(
                                message.payloadText()
                                        + ": "
                                        + message.contentType()
                                        + ", "
                                        + message.responseTopic()
                                        + ", "
                                        + (correlation == null
                                                ? "none"
                                                : new String(correlation, StandardCharsets.UTF_8))
                                        + ", "
                                        + message.userProperties()
                                        + ", "
                                        + message.utf8Payload()
                                        + ", "
                                        + message.subscriptionIdentifiers()
                                        + ", "
                                        + (message.messageExpirySeconds() > 0));
                    }
                };
        String topic = fresh("properties/");
        PublishProperties properties =
                PublishProperties.builder()
                        .contentType("text/plain")
                        .responseTopic(TopicName.of("answers"))
                        .correlationData(text("7"))
                        .userProperty("a", "b")
                        .userProperty("a", "c")
                        .utf8Payload(true)
                        .messageExpirySeconds(60)
                        .build();
        try (MqttClient client = client(MqttVersion.V5, "properties", recorder).build()) {
            client.subscribe(
                    topic,
                    Qos.AT_LEAST_ONCE,
                    new SubscribeOptions(false, true, RetainHandling.SEND, 42));
            client.start();
            next(recorder.subscriptions);
            // More than once, so that Topic Aliases are used where the broker grants them.
            for (int i = 0; i < 3; i++) {
                client.publish(
                        TopicName.of(topic), text("x"), 0, 1, Qos.AT_LEAST_ONCE, false, properties);
                assertThat(next(heard))
                        .isEqualTo(
                                "x: text/plain, answers, 7, "
                                        + properties.userProperties()
                                        + ", true, [42], true");
            }
        }
    }

    @Test
    void theWillOfMqtt5WaitsForItsDelayAndBringsItsProperties() throws Exception {
        Recorder watcher = new Recorder();
        String topic = fresh("later/");
        Will will =
                Will.of(topic, text("gone"), Qos.AT_LEAST_ONCE, false)
                        .delayed(Duration.ofSeconds(1))
                        .with(
                                PublishProperties.builder()
                                        .contentType("text/plain")
                                        .responseTopic(TopicName.of("answers"))
                                        .build());
        Recorder recorder = new Recorder();
        try (Cable cable = new Cable(broker());
                MqttClient watching = client(MqttVersion.V5, "watcher", watcher).build();
                MqttClient client =
                        client(MqttVersion.V5, "mortal", recorder)
                                .url(cable.url())
                                .will(will)
                                .sessionExpiry(Duration.ofSeconds(60))
                                .build()) {
            watching.subscribe(topic, Qos.AT_LEAST_ONCE);
            watching.start();
            next(watcher.subscriptions);
            client.start();
            next(recorder.connections);
            // Back in time: nobody hears of it.
            cable.cut();
            cable.mend();
            next(recorder.connections);
            Thread.sleep(1_500);
            assertThat(watcher.messages).isEmpty();
            if (!delaysTheWillOfAReconnectedClient()) {
                return;
            }
            long began = System.nanoTime();
            cable.cut();
            assertThat(next(watcher.messages)).isEqualTo(topic + "=gone");
            assertThat((System.nanoTime() - began) / 1_000_000).isGreaterThan(500);
            assertThat(next(watcher.properties)).isEqualTo("text/plain, answers");
        }
    }

    @Test
    void subscribeOptionsOfMqtt5AreHonoured() throws Exception {
        Recorder recorder = new Recorder();
        String topic = fresh("options/");
        try (MqttClient client = client(MqttVersion.V5, "options", recorder).build()) {
            client.start();
            client.publish(topic, text("kept"), Qos.AT_LEAST_ONCE, true);
            settled(client);
            SubscribeOptions options =
                    new SubscribeOptions(true, true, RetainHandling.DO_NOT_SEND, 0);
            client.subscribe(topic, Qos.AT_LEAST_ONCE, options);
            next(recorder.subscriptions);
            // No Local: not even this one.
            client.publish(topic, text("own"), Qos.AT_LEAST_ONCE, false);
            settled(client);
            nothingMore(recorder.messages);
            Recorder other = new Recorder();
            try (MqttClient second = client(MqttVersion.V5, "other", other).build()) {
                second.start();
                second.publish(topic, text("other's"), Qos.AT_LEAST_ONCE, false);
                assertThat(next(recorder.messages)).isEqualTo(topic + "=other's");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void webSocketCarriesTheSame(MqttVersion version) throws Exception {
        Recorder recorder = new Recorder();
        String topic = fresh("ws/");
        try (MqttClient client = client(version, "ws", recorder).url(webSocket()).build()) {
            client.subscribe(topic, Qos.EXACTLY_ONCE);
            client.start();
            next(recorder.subscriptions);
            String large = "x".repeat(10_000);
            client.publish(topic, text(large), Qos.EXACTLY_ONCE, false);
            assertThat(next(recorder.messages)).isEqualTo(topic + "=" + large);
            assertThat(client.disconnect(Duration.ofSeconds(3))).isTrue();
        }
    }
}
