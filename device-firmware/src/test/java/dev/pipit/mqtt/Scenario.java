package dev.pipit.mqtt;

import static dev.pipit.mqtt.Recorder.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.mqtt.packet.PublishProperties;
import dev.pipit.mqtt.packet.Qos;
import dev.pipit.mqtt.packet.TopicName;
import dev.pipit.testkit.Bytes;
import dev.pipit.testkit.ScriptedBroker;
import dev.pipit.testkit.ScriptedBroker.Peer;
import dev.pipit.testkit.SessionModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One conversation as a list of steps: what the application does, which bytes have to come, which
 * are sent. It is played once as written, and then again with TCP cut at and in the middle of each
 * step: from the cut on a {@link SessionModel} answers, the application does what it had left to
 * do, and in the end everything published has to be there as often as its QoS promises.
 */
final class Scenario {
    /** What happens to the connection at a step. */
    enum Cut {
        /** Nothing: the conversation as written. */
        NONE,
        /** Reset before the step. */
        BEFORE,
        /** Half of the step's bytes, then the end of the stream. */
        WITHIN,
        /** Reset before the step, and the server forgets the session. */
        WITH_THE_SESSION
    }

    private sealed interface Step {
        record Act(Consumer<MqttClient> what) implements Step {}

        record Expect(String packet) implements Step {}

        record Send(String packet) implements Step {}
    }

    private final MqttVersion version;
    private final List<Step> steps = new ArrayList<>();

    /** {@code topic=payload} to QoS, in order of publishing. */
    private final Map<String, Integer> toServer = new LinkedHashMap<>();

    private final Map<String, Integer> toClient = new LinkedHashMap<>();
    private final Map<String, Integer> subscriptions = new TreeMap<>();
    private final List<String> refused = new ArrayList<>();
    private Consumer<MqttClientBuilder> settings = builder -> {};
    private @Nullable String greeting;
    private @Nullable String connect;
    private @Nullable String properties;

    Scenario(MqttVersion version) {
        this.version = version;
    }

    int level() {
        return version.level();
    }

    private static String literal(byte[] packet) {
        return Bytes.hex(packet);
    }

    // ---- writing one ----

    Scenario with(Consumer<MqttClientBuilder> value) {
        settings = value;
        return this;
    }

    /** The CONNECT that has to come, where the scenario is about it. */
    Scenario connect(String packet) {
        connect = packet;
        return this;
    }

    /** The properties of the accepting CONNACK. */
    Scenario accepting(String properties) {
        greeting = literal(Packets.connack(false, properties));
        return this;
    }

    Scenario act(Consumer<MqttClient> what) {
        steps.add(new Step.Act(what));
        return this;
    }

    Scenario publish(String topic, String payload, Qos qos) {
        return publish(topic, payload, qos, PublishProperties.NONE);
    }

    Scenario publish(String topic, String payload, Qos qos, PublishProperties properties) {
        if (qos != Qos.AT_MOST_ONCE) {
            toServer.put(topic + "=" + payload, qos.level());
        }
        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
        TopicName name = TopicName.of(topic);
        return act(client -> client.publish(name, bytes, 0, bytes.length, qos, false, properties));
    }

    /** The same, and it goes with the QoS that the server allows. */
    Scenario publishLowered(String topic, String payload, Qos qos, int to) {
        publish(topic, payload, qos);
        if (to == 0) {
            toServer.remove(topic + "=" + payload);
        } else {
            toServer.put(topic + "=" + payload, to);
        }
        return this;
    }

    /** The same, and the server will refuse it. */
    Scenario publishInVain(String topic, String payload, Qos qos) {
        publish(topic, payload, qos);
        toServer.remove(topic + "=" + payload);
        refused.add(topic);
        return this;
    }

    Scenario subscribe(String filter, Qos qos) {
        subscriptions.put(filter, qos.level());
        return act(client -> client.subscribe(filter, qos));
    }

    Scenario unsubscribe(String filter) {
        subscriptions.remove(filter);
        return act(client -> client.unsubscribe(filter));
    }

    Scenario expect(byte[] packet) {
        steps.add(new Step.Expect(literal(packet)));
        return this;
    }

    Scenario expect(String packet) {
        return expect(Bytes.of(packet));
    }

    Scenario send(byte[] packet) {
        steps.add(new Step.Send(literal(packet)));
        if ((packet[0] & 0xF0) == 0x30 && (packet[0] & 0x06) != 0) {
            String text = new SessionModel(level(), packet).text(packet);
            toClient.put(text, (packet[0] >>> 1) & 3);
        }
        return this;
    }

    Scenario send(String packet) {
        return send(Bytes.of(packet));
    }

    /** Content Type and Response Topic that the last message has to bring. */
    Scenario hears(String value) {
        properties = value;
        return this;
    }

    // ---- playing it ----

    /** How many steps there are to cut at: those written, and after the last. */
    int cuts() {
        return steps.size() + 1;
    }

    private byte[] greeting() {
        return greeting == null ? Packets.connack(level(), false) : Bytes.of(greeting);
    }

    private MqttClientBuilder builder(ScriptedBroker broker, Recorder recorder) {
        MqttClientBuilder builder =
                MqttClient.builder()
                        .url(broker.url())
                        .version(version)
                        .clientId("c")
                        .keepAlive(Duration.ofSeconds(60))
                        .cleanStart(false)
                        .backOff(Duration.ofMillis(1), Duration.ofMillis(2))
                        .receiveMaximum(20)
                        .maximumPacketSize(4_096)
                        .sessionExpiry(Duration.ofSeconds(60))
                        .listener(recorder);
        settings.accept(builder);
        return builder;
    }

    private String connect() {
        if (connect != null) {
            return connect;
        }
        return switch (level()) {
            case 3 -> "10 0F | 00 06 'MQIsdp' 03 | 00 | 00 3C | 00 01 'c'";
            case 4 -> "10 0D | 00 04 'MQTT' 04 | 00 | 00 3C | 00 01 'c'";
            default ->
                    "10 1B | 00 04 'MQTT' 05 | 00 | 00 3C"
                            + "| 0D 11 00 00 00 3C 21 00 14 27 00 00 10 00 | 00 01 'c'";
        };
    }

    /** Plays the steps before {@code at} as written, cuts there, and judges the end. */
    void play(Cut cut, int at) throws Exception {
        Recorder recorder = new Recorder();
        SessionModel model = new SessionModel(level(), greeting());
        try (ScriptedBroker broker = new ScriptedBroker();
                MqttClient client = builder(broker, recorder).build()) {
            client.start();
            Peer peer = broker.accept();
            byte[] first = Bytes.of(connect());
            peer.expect(first);
            model.received(first);
            peer.send(greeting());
            next(recorder.connections);
            int step = 0;
            int end = cut == Cut.NONE ? steps.size() : at;
            for (; step < end; step++) {
                take(steps.get(step), peer, client, model);
            }
            if (cut == Cut.NONE) {
                if (properties != null) {
                    assertThat(next(recorder.properties)).isEqualTo(properties);
                }
                // It waits for the server's end, which this thread is.
                var settled =
                        CompletableFuture.supplyAsync(
                                () -> client.disconnect(Duration.ofSeconds(2)));
                peer.expect("E0 00").expectEnd();
                assertThat(settled.get(5, TimeUnit.SECONDS)).isTrue();
                judge(recorder, model, false);
                return;
            }
            if (cut == Cut.WITHIN && step < steps.size()) {
                step = within(step, peer, client, model);
                peer.close();
            } else {
                peer.cut();
            }
            if (cut == Cut.WITH_THE_SESSION) {
                model.lose();
            }
            recover(step, broker, client, recorder, model);
            judge(recorder, model, true);
        }
    }

    private void take(Step step, Peer peer, MqttClient client, SessionModel model)
            throws IOException {
        switch (step) {
            case Step.Act act -> act.what.accept(client);
            case Step.Expect expect -> {
                byte[] packet = Bytes.of(expect.packet);
                peer.expect(packet);
                model.received(packet);
            }
            case Step.Send send -> {
                byte[] packet = Bytes.of(send.packet);
                peer.send(packet);
                model.sent(packet);
            }
        }
    }

    /** Half a step; returns the one to go on with. */
    private int within(int at, Peer peer, MqttClient client, SessionModel model)
            throws IOException {
        switch (steps.get(at)) {
            case Step.Act act -> act.what.accept(client);
            case Step.Expect expect -> {
                byte[] packet = Bytes.of(expect.packet);
                peer.expect(Arrays.copyOf(packet, packet.length / 2));
            }
            case Step.Send send -> {
                byte[] packet = Bytes.of(send.packet);
                peer.send(Arrays.copyOf(packet, packet.length / 2));
                model.sent(packet);
            }
        }
        return at + 1;
    }

    /** The rest of the application's doing and of the server's messages, on new connections. */
    private void recover(
            int from,
            ScriptedBroker broker,
            MqttClient client,
            Recorder recorder,
            SessionModel model)
            throws Exception {
        for (Step step : steps.subList(from, steps.size())) {
            if (step instanceof Step.Act act) {
                act.what.accept(client);
            } else if (step instanceof Step.Send send) {
                byte[] packet = Bytes.of(send.packet);
                if ((packet[0] & 0xF0) == 0x30) {
                    model.sent(packet);
                }
            }
        }
        ModelServer server = new ModelServer(broker, model, refused);
        server.start();
        next(recorder.connections);
        long deadline = System.nanoTime() + 5_000_000_000L;
        while (System.nanoTime() < deadline && !(server.isSettled() && heardAll(recorder))) {
            Thread.sleep(1);
        }
        assertThat(client.disconnect(Duration.ofSeconds(3))).as("everything settled").isTrue();
        server.end();
    }

    private boolean heardAll(Recorder recorder) {
        return recorder.messages.containsAll(toClient.keySet());
    }

    private void judge(Recorder recorder, SessionModel model, boolean wasCut) {
        List<String> accepted = model.accepted();
        List<String> heard = List.copyOf(recorder.messages);
        assertThat(accepted).as("published").containsAll(toServer.keySet());
        assertThat(heard).as("received").containsAll(toClient.keySet());
        boolean exactly = model.lost() == 0;
        toServer.forEach((text, qos) -> times(accepted, text, exactly && (qos == 2 || !wasCut)));
        toClient.forEach((text, qos) -> times(heard, text, exactly && (qos == 2 || !wasCut)));
        List<String> order = accepted.stream().distinct().filter(toServer::containsKey).toList();
        assertThat(order).as("order").containsExactlyElementsOf(toServer.keySet());
        assertThat(model.subscriptions()).isEqualTo(subscriptions);
        assertThat(model.isSettled()).as("nothing left open at the server").isTrue();
        for (String topic : refused) {
            assertThat(recorder.refusals).anyMatch(refusal -> refusal.startsWith(topic + " "));
        }
    }

    private static void times(List<String> all, String text, boolean once) {
        long times = all.stream().filter(text::equals).count();
        if (once) {
            assertThat(times).as(text).isEqualTo(1);
        }
    }
}
