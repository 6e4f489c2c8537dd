package dev.pipit.mqtt.session;

import static dev.pipit.mqtt.Packets.connack;
import static dev.pipit.mqtt.Packets.puback;
import static dev.pipit.mqtt.Packets.pubcomp;
import static dev.pipit.mqtt.Packets.publish;
import static dev.pipit.mqtt.Packets.pubrec;
import static dev.pipit.mqtt.Packets.pubrel;
import static dev.pipit.mqtt.Packets.withReason;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.mqtt.Normative;
import dev.pipit.testkit.Bytes;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The second connection of a session: what is sent again fits, is allowed, and is counted. */
final class ResendTest {
    /** PUBLISH of {@code a} without payload, one for each identifier. */
    private static byte[] publishes(int level, int first, int from, int to) {
        byte[] all = {};
        for (int identifier = from; identifier <= to; identifier++) {
            all = Bytes.join(all, publish(level, first, "a", identifier, ""));
        }
        return all;
    }

    private static void add(Wire wire, int count, int qos) {
        for (int i = 0; i < count; i++) {
            wire.store.add("a", "", qos);
        }
    }

    /** What leaves into a buffer of this capacity. */
    private static byte[] pumped(Wire wire, SendBuffer out) {
        wire.session.pump(out);
        byte[] sent = Arrays.copyOf(out.bytes(), out.length());
        out.clear();
        return sent;
    }

    @Test
    void aTableThatIsFullToItsLastSlotIsSentAgainWhole() {
        // 32 slots: the next publish would make it grow.
        Wire wire = new Wire(5, true, 3_600, 64, null).connected();
        add(wire, 32, 1);
        wire.expect(publishes(5, 0x32, 1, 32));
        wire.reconnected().expect(publishes(5, 0x3A, 1, 32));
        wire.connect(connack(5, false));
        wire.expect(publishes(5, 0x32, 33, 64));
    }

    @ParameterizedTest
    @ValueSource(longs = {-5, 0, 1_000_000_000_000L})
    void aStoreMayBeginWithAnySequence(long sequence) {
        Wire wire = new Wire(4).connected();
        wire.store.beginAt(sequence);
        add(wire, 2, 1);
        wire.expect(publishes(4, 0x32, 1, 2));
        wire.reconnected().expect(publishes(4, 0x3A, 1, 2));
        wire.receive(puback(1)).receive(puback(2));
        assertThat(wire.store.settled).containsExactly(sequence + ":0", (sequence + 1) + ":0");
    }

    @Test
    @Normative(
            version = "5.0",
            id = {"3.3.4-7", "4.9.0-1"})
    void aRecordGivenUpFreesNoPlaceThatItDidNotTake() {
        Wire wire = new Wire(5).connected();
        add(wire, 3, 1);
        wire.expect(publishes(5, 0x32, 1, 3));
        wire.store.evict(1);
        wire.connect(connack(true, "21 00 01"));
        wire.expect(publishes(5, 0x3A, 2, 2));
        wire.receive(puback(2)).expect(publishes(5, 0x3A, 3, 3));
    }

    @Test
    void aLostSessionHoldsNoIdentifier() {
        Wire wire = new Wire(5).connected();
        add(wire, 2, 2);
        wire.expect(publishes(5, 0x34, 1, 2));
        wire.connect(connack(5, false));
        wire.expect(publishes(5, 0x34, 3, 4));
        wire.receive(pubrec(1)).expect(withReason(0x62, 1, 0x92));
        wire.receive(pubrec(3)).expect(pubrel(3));
    }

    @Test
    void publishesLeaveRoomForAcknowledgements() {
        Wire wire = new Wire(4).connected();
        SendBuffer out = new SendBuffer(Session.RESERVE + 13);
        // Seven bytes each: one fits, and the next would take what acknowledgements may need.
        add(wire, 3, 1);
        assertThat(pumped(wire, out)).isEqualTo(publishes(4, 0x32, 1, 1));
        assertThat(pumped(wire, out)).isEqualTo(publishes(4, 0x32, 2, 2));
        assertThat(pumped(wire, out)).isEqualTo(publishes(4, 0x32, 3, 3));
        wire.reconnected();
        assertThat(pumped(wire, out)).isEqualTo(publishes(4, 0x3A, 1, 1));
        SendBuffer exact = new SendBuffer(Session.RESERVE + 14);
        assertThat(pumped(wire, exact)).isEqualTo(publishes(4, 0x3A, 2, 3));
    }

    @Test
    void pubrelIsSentAgainOnlyWhileTheReserveIsWhole() {
        Wire wire = new Wire(4).connected();
        add(wire, 3, 2);
        wire.expect(publishes(4, 0x34, 1, 3));
        wire.receive(pubrec(1)).receive(pubrec(2)).receive(pubrec(3));
        wire.reconnected();
        SendBuffer out = new SendBuffer(Session.RESERVE + 8);
        assertThat(pumped(wire, out)).isEqualTo(Bytes.join(pubrel(1), pubrel(2)));
        assertThat(pumped(wire, out)).isEqualTo(pubrel(3));
    }

    @Test
    @Normative(
            version = "5.0",
            id = {"3.2.2-15", "3.2.2-11"})
    void whatTheNextConnectionStillAllowsToTheByteIsSentAgain() {
        Wire wire = new Wire(5).connected();
        wire.store.add("a", "1234", 1).add("a", "12345", 1).add("a", "12345", 2).add("a", "", 1);
        wire.expect(
                publish(5, 0x32, "a", 1, "1234"),
                publish(5, 0x32, "a", 2, "12345"),
                publish(5, 0x34, "a", 3, "12345"),
                publish(5, 0x32, "a", 4, ""));
        // At most twelve bytes, and QoS 1.
        wire.connect(connack(true, "27 00 00 00 0C 24 01"));
        wire.expect(publish(5, 0x3A, "a", 1, "1234"), pubrel(3), publish(5, 0x3A, "a", 4, ""));
        assertThat(wire.store.settled).containsExactly("2:149");
    }

    @Test
    void beforeMqtt5WhatWaitsForPubcompIsOneOfTheTwenty() {
        Wire wire = new Wire(4, true, 3_600, 64, null).connected();
        add(wire, 20, 2);
        add(wire, 1, 1);
        add(wire, 2, 2);
        wire.expect(publishes(4, 0x34, 1, 20), publishes(4, 0x32, 21, 21));
        wire.receive(puback(21)).expectNothing();
        wire.store.evict(1);
        wire.reconnected().expect(pubrel(1), publishes(4, 0x3C, 2, 20));
        // An eighth of the twenty has to be free, and leaves together.
        wire.receive(pubcomp(1)).expectNothing();
        wire.receive(pubrec(2)).expect(pubrel(2));
        wire.receive(pubcomp(2)).expect(publishes(4, 0x34, 22, 23));
    }

    @Test
    void aSessionThatGoesOnUnderAnOlderVersionKeepsToTwenty() {
        Wire wire = new Wire(5, true, 3_600, 64, null).connected();
        add(wire, 22, 2);
        wire.expect(publishes(5, 0x34, 1, 22));
        wire.level = 4;
        wire.reconnected().expect(publishes(4, 0x3C, 1, 20));
        wire.receive(pubrec(1)).expect(pubrel(1));
        wire.receive(pubcomp(1)).expect(publishes(4, 0x3C, 21, 21));
        wire.receive(pubrec(2)).expect(pubrel(2));
        wire.receive(pubcomp(2)).expect(publishes(4, 0x3C, 22, 22));
    }
}
