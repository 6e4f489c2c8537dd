package dev.pipit.mqtt.session;

import static dev.pipit.mqtt.Packets.connack;
import static dev.pipit.mqtt.Packets.publish;
import static dev.pipit.mqtt.Packets.suback;
import static dev.pipit.mqtt.Packets.subscribe;
import static dev.pipit.mqtt.Packets.unsuback;
import static dev.pipit.mqtt.Packets.unsubscribe;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a subscription that is replaced, given up, lost, or does not fit. */
final class SubscriptionsTest {
    private static final byte[] GRANTED = {1};

    private final PacketIdentifiers identifiers = new PacketIdentifiers();
    private final Subscriptions subscriptions = new Subscriptions(identifiers);
    private final SendBuffer out = new SendBuffer(100);
    private final List<String> answers = new ArrayList<>();

    @BeforeEach
    void connected() {
        subscriptions.begin(false, false);
    }

    private void send(int maximumPacketSize) {
        subscriptions.send(4, maximumPacketSize, out, this::answered);
    }

    private void answered(String filter, int reasonCode) {
        answers.add(filter + " " + reasonCode);
    }

    private int granted(int identifier) {
        return subscriptions.answered(false, identifier, GRANTED, 0, 1, this::answered);
    }

    /** Packet Identifiers in use, of the first hundred. */
    private List<Integer> used() {
        List<Integer> used = new ArrayList<>();
        for (int i = 1; i <= 100; i++) {
            if (identifiers.isUsed(i)) {
                used.add(i);
            }
        }
        return used;
    }

    @Test
    void anIdentifierIsHeldUntilTheAnswerAndNoLonger() {
        subscriptions.subscribe("a", 1, 0);
        subscriptions.subscribe("b", 1, 0);
        assertThat(subscriptions.anyToSend()).isTrue();
        send(1_000);
        assertThat(subscriptions.anyToSend()).isFalse();
        assertThat(used()).containsExactly(1, 2);
        assertThat(granted(1)).isZero();
        assertThat(used()).containsExactly(2);
        // A new word on b: its first SUBSCRIBE is still to be answered.
        subscriptions.subscribe("b", 2, 0);
        send(1_000);
        assertThat(used()).containsExactly(2, 3);
        assertThat(granted(2)).isZero();
        assertThat(answers).as("the outdated answer is nobody's").containsExactly("a 1");
        assertThat(granted(3)).isZero();
        assertThat(used()).isEmpty();
        assertThat(answers).containsExactly("a 1", "b 1");
        assertThat(subscriptions.anyUnanswered()).isFalse();
    }

    @Test
    void aNewConnectionAwaitsNoAnswerOfTheOldOne() {
        subscriptions.subscribe("a", 1, 0);
        send(1_000);
        subscriptions.subscribe("a", 2, 0);
        send(1_000);
        assertThat(used()).containsExactly(1, 2);
        subscriptions.begin(true, true);
        assertThat(used()).isEmpty();
        send(1_000);
        assertThat(used()).containsExactly(3);
        assertThat(granted(1)).isEqualTo(0x82);
        assertThat(granted(2)).isEqualTo(0x82);
        assertThat(granted(3)).isZero();
    }

    @Test
    void aFilterThatFitsToTheByteIsSentAndALongerOneGivenUp() {
        // SUBSCRIBE takes seven bytes around its filter.
        subscriptions.subscribe("x".repeat(13), 1, 0);
        subscriptions.subscribe("y".repeat(14), 1, 0);
        send(20);
        assertThat(out.length()).isEqualTo(20);
        assertThat(used()).containsExactly(1);
        assertThat(answers).containsExactly("y".repeat(14) + " 149");
        assertThat(subscriptions.anyToSend()).isFalse();
        out.clear();
        subscriptions.subscribe("z".repeat(94), 1, 0);
        send(1_000);
        assertThat(answers).as("not even an empty buffer takes it").hasSize(2);
        subscriptions.subscribe("z".repeat(93), 1, 0);
        send(1_000);
        assertThat(out.room()).isZero();
    }

    @Test
    void whatDoesNotFitNowFollowsInItsOrder() {
        subscriptions.subscribe("x".repeat(53), 1, 0);
        subscriptions.subscribe("y".repeat(53), 1, 0);
        subscriptions.subscribe("z", 1, 0);
        send(1_000);
        assertThat(out.length()).isEqualTo(60);
        assertThat(used()).containsExactly(1);
        assertThat(subscriptions.anyToSend()).isTrue();
        out.clear();
        send(1_000);
        assertThat(out.length()).isEqualTo(60 + 8);
        assertThat(used()).hasSize(3);
        assertThat(subscriptions.anyToSend()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void whatAServerNeverKnewNeedNotBeTakenBack(int level) {
        Wire wire = new Wire(level).connected();
        wire.session.subscribe("a", 1, 0);
        wire.session.subscribe("b", 1, 0);
        wire.expect(subscribe(level, 1, "a", 1), subscribe(level, 2, "b", 1));
        wire.receive(suback(level, 1, 1)).receive(suback(level, 2, 1));
        wire.session.unsubscribe("a");
        wire.expect(unsubscribe(level, 3, "a"));
        // The server has lost the session, and with it what a was.
        wire.connect(connack(level, false));
        wire.expect(subscribe(level, 4, "b", 1));
        wire.receive(suback(level, 4, 1));
        assertThat(wire.session.isSettled()).isTrue();
        // An answer that came too late is no answer.
        assertThat(wire.receive(unsuback(level, 3)).ended).isEqualTo(0x82);
    }

    /** CONNACK of MQTT 3.1 does not say whether the server kept the session. */
    @Test
    void underMqtt31PublishesGoOnAndSubscriptionsAreMadeSureOf() {
        Wire wire = new Wire(3, false, 3_600, 10, null).connected();
        wire.session.subscribe("a", 1, 0);
        wire.expect(subscribe(3, 1, "a", 1)).receive(suback(3, 1, 1));
        wire.store.add("t", "x", 1);
        wire.expect(publish(3, 0x32, "t", 2, "x"));
        wire.connect(connack(3, false));
        wire.expect(subscribe(3, 3, "a", 1), publish(3, 0x3A, "t", 2, "x"));
    }
}
