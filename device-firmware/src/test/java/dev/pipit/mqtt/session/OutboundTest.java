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
import dev.pipit.mqtt.packet.PublishProperties;
import dev.pipit.mqtt.packet.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Publishes on their way out: QoS 1 and 2 over reconnects, the window, what the server allows. */
final class OutboundTest {
    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    @Normative(
            version = "3.1.1",
            id = {"4.3.2-1", "2.3.1-1", "2.3.1-2"})
    @Normative(
            version = "5.0",
            id = {"4.3.2-1", "4.3.2-2", "4.3.2-3", "2.2.1-3"})
    void qos1IsSentOnceAndSettledByPuback(int level) {
        Wire wire = new Wire(level).connected();
        wire.store.add("a", "x", 1).add("a", "y", 1);
        wire.expect(publish(level, 0x32, "a", 1, "x"), publish(level, 0x32, "a", 2, "y"));
        wire.expectNothing();
        assertThat(wire.store.settled).isEmpty();
        wire.receive(puback(2)).receive(puback(1)).expectNothing();
        assertThat(wire.store.settled).containsExactly("2:0", "1:0");
        assertThat(wire.session.isSettled()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    @Normative(
            version = "3.1.1",
            id = {"4.3.3-1", "4.6.0-4", "2.3.1-6"})
    @Normative(
            version = "5.0",
            id = {"4.3.3-1", "4.3.3-2", "4.3.3-3", "4.3.3-4", "4.3.3-5", "4.6.0-4", "2.2.1-5"})
    void qos2IsReleasedInTheOrderOfPubrecAndSettledByPubcomp(int level) {
        Wire wire = new Wire(level).connected();
        wire.store.add("a", "x", 2).add("a", "y", 2);
        wire.expect(publish(level, 0x34, "a", 1, "x"), publish(level, 0x34, "a", 2, "y"));
        wire.receive(pubrec(2)).receive(pubrec(1)).expect(pubrel(2), pubrel(1));
        assertThat(wire.store.settled).isEmpty();
        wire.receive(pubcomp(2)).receive(pubcomp(1)).expectNothing();
        assertThat(wire.store.settled).containsExactly("2:0", "1:0");
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Normative(
            version = "3.1.1",
            id = {"2.3.1-3", "3.3.1-1", "4.4.0-1", "4.6.0-1", "4.1.0-1", "3.1.2-4"})
    @Normative(
            version = "5.0",
            id = {"3.3.1-1", "3.3.1-3", "4.4.0-1", "4.6.0-1", "4.1.0-1", "3.1.2-23", "4.3.3-6"})
    void whatWasNotAcknowledgedIsSentAgainInOrderWithItsIdentifier(int level) {
        Wire wire = new Wire(level).connected();
        wire.store.add("a", "1", 1).add("b", "2", 2).add("c", "3", 2).add("d", "4", 1);
        wire.expect(
                publish(level, 0x32, "a", 1, "1"),
                publish(level, 0x34, "b", 2, "2"),
                publish(level, 0x34, "c", 3, "3"),
                publish(level, 0x32, "d", 4, "4"));
        wire.receive(pubrec(2)).expect(pubrel(2));
        wire.store.add("e", "5", 1);
        wire.reconnected();
        wire.expect(
                publish(level, 0x3A, "a", 1, "1"),
                // PUBREC came: no PUBLISH again, only its PUBREL.
                pubrel(2),
                publish(level, 0x3C, "c", 3, "3"),
                publish(level, 0x3A, "d", 4, "4"),
                publish(level, 0x32, "e", 5, "5"));
        wire.receive(puback(1)).receive(pubcomp(2)).receive(pubrec(3)).expect(pubrel(3));
        wire.receive(puback(4)).receive(puback(5)).receive(pubcomp(3)).expectNothing();
        assertThat(wire.session.isSettled()).isTrue();
    }

    @Test
    void onceTheWindowWasFullPublishesWaitForAnEighthOfItAndLeaveTogether() {
        Wire wire = new Wire(4, true, 3_600, 24, null).connected();
        byte[][] first = new byte[24][];
        for (int i = 0; i < 24; i++) {
            wire.store.add("a", "x", i == 2 ? 2 : 1);
            first[i] = publish(4, i == 2 ? 0x34 : 0x32, "a", i + 1, "x");
        }
        wire.expect(first);
        wire.store.add("b", "y", 1).add("b", "z", 1).add("c", "", 1).add("c", "", 1);
        assertThat(wire.session.isGathering()).isTrue();
        wire.receive(puback(1)).expectNothing();
        // An acknowledgement that asks for an answer gets it at once, and frees nothing.
        wire.receive(pubrec(3)).expect(pubrel(3));
        wire.receive(puback(2)).expectNothing();
        assertThat(wire.session.windowHasRoom(1)).isFalse();
        wire.receive(pubcomp(3));
        assertThat(wire.session.isGathering()).isFalse();
        wire.expect(
                publish(4, 0x32, "b", 25, "y"),
                publish(4, 0x32, "b", 26, "z"),
                publish(4, 0x32, "c", 27, ""));
        wire.receive(puback(4)).expectNothing();
        // Another connection begins with an open window.
        wire.reconnected();
        assertThat(wire.session.windowHasRoom(1)).isTrue();
    }

    @Test
    void inASmallWindowEveryPlaceIsFilledAtOnce() {
        Wire wire = new Wire(4, true, 3_600, 15, null).connected();
        byte[][] first = new byte[15][];
        for (int i = 0; i < 15; i++) {
            wire.store.add("a", "x", 1);
            first[i] = publish(4, 0x32, "a", i + 1, "x");
        }
        wire.expect(first);
        wire.store.add("b", "y", 1);
        assertThat(wire.session.isGathering()).isFalse();
        assertThat(wire.session.windowHasRoom(1)).isFalse();
        wire.receive(puback(9)).expect(publish(4, 0x32, "b", 16, "y"));
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Normative(
            version = "3.1.1",
            id = {"3.1.2-6", "3.1.3-2"})
    @Normative(
            version = "5.0",
            id = {"3.2.2-5", "4.4.0-1", "3.1.3-2"})
    void withoutASessionEverythingUnsettledIsPublishedAnew(int level) {
        Wire wire = new Wire(level).connected();
        wire.store.add("a", "1", 1).add("b", "2", 2).add("c", "3", 2);
        wire.expect(
                publish(level, 0x32, "a", 1, "1"),
                publish(level, 0x34, "b", 2, "2"),
                publish(level, 0x34, "c", 3, "3"));
        wire.receive(pubrec(2)).expect(pubrel(2));
        wire.connect(connack(level, false));
        // New identifiers, no DUP, in the old order.
        wire.expect(
                publish(level, 0x32, "a", 4, "1"),
                publish(level, 0x34, "b", 5, "2"),
                publish(level, 0x34, "c", 6, "3"));
        // The identifiers of the old session mean nothing any more.
        wire.receive(puback(1)).expectNothing();
        assertThat(wire.store.settled).isEmpty();
        wire.receive(puback(4)).expectNothing();
        assertThat(wire.store.settled).containsExactly("1:0");
    }

    /** What an earlier process left unreleased, the server takes for a repetition. */
    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void identifiersDoNotBeginAtOneInASessionOfAnEarlierProcess(int level) {
        Set<Integer> first = new HashSet<>();
        for (long startedMs = 1_000; startedMs < 1_100; startedMs++) {
            Wire wire = new Wire(level, false, 3_600, 10, null);
            wire.nowMs = startedMs;
            wire.reconnected();
            wire.store.add("a", "", 2);
            wire.session.pump(wire.out);
            byte[] packet = wire.out.bytes();
            int identifier = ((packet[5] & 0xFF) << 8) | (packet[6] & 0xFF);
            assertThat(identifier).isNotZero();
            first.add(identifier);
        }
        assertThat(first).as("a hundred processes").hasSizeGreaterThan(90);
        // Within the process they go on.
        Wire wire = new Wire(level).connected();
        wire.store.add("a", "", 2);
        wire.expect(publish(level, 0x34, "a", 1, ""));
        wire.reconnected();
        wire.expect(publish(level, 0x3C, "a", 1, ""));
        wire.store.add("a", "", 1);
        wire.expect(publish(level, 0x32, "a", 2, ""));
    }

    /** mosquitto 2.0 drops what is above, and answers PUBREC all the same. */
    @Test
    void beforeMqtt5AtMostTwentyQos2PublishesAreUnderWay() {
        Wire wire = new Wire(4, true, 3_600, 64, null).connected();
        for (int i = 0; i < 25; i++) {
            wire.store.add("a", "", 2);
        }
        byte[][] first = new byte[20][];
        for (int i = 0; i < 20; i++) {
            first[i] = publish(4, 0x34, "a", i + 1, "");
        }
        wire.expect(first);
        // Like the whole window: refilled by the eighth.
        assertThat(wire.session.windowHasRoom(1)).isTrue();
        assertThat(wire.session.windowHasRoom(2)).isFalse();
        assertThat(wire.session.isGathering()).isTrue();
        wire.receive(pubrec(1)).expect(pubrel(1));
        wire.receive(pubcomp(1)).expectNothing();
        wire.receive(pubrec(2)).expect(pubrel(2));
        wire.receive(pubcomp(2));
        assertThat(wire.session.isGathering()).isFalse();
        wire.expect(publish(4, 0x34, "a", 21, ""), publish(4, 0x34, "a", 22, ""));
        wire.receive(pubrec(3)).expect(pubrel(3));
        // After a reconnect PUBREL counts, too.
        wire.reconnected();
        byte[][] again = new byte[20][];
        again[0] = pubrel(3);
        for (int i = 1; i < 20; i++) {
            again[i] = publish(4, 0x3C, "a", i + 3, "");
        }
        wire.expect(again);
        wire.receive(pubcomp(3)).expectNothing();
        wire.receive(pubrec(4)).expect(pubrel(4));
        wire.receive(pubcomp(4))
                .expect(publish(4, 0x34, "a", 23, ""), publish(4, 0x34, "a", 24, ""));
    }

    @Test
    void howManyQos2PublishesAreUnderWayBeforeMqtt5CanBeChosenWithinTheWindow() {
        for (int level = 4; level <= 5; level++) {
            Wire wire = new Wire(level, 24, 7).connected();
            byte[][] all = new byte[16][];
            for (int i = 0; i < 16; i++) {
                wire.store.add("a", "", 2);
                all[i] = publish(level, 0x34, "a", i + 1, "");
            }
            wire.expect(level == 5 ? all : Arrays.copyOf(all, 7));
            assertThat(wire.session.windowHasRoom(2)).isEqualTo(level == 5);
            if (level == 4) {
                // An eighth of seven is one.
                wire.receive(pubrec(1)).expect(pubrel(1));
                wire.receive(pubcomp(1)).expect(publish(4, 0x34, "a", 8, ""));
            }
        }
        Wire narrow = new Wire(4, 5, 100).connected();
        for (int i = 0; i < 6; i++) {
            narrow.store.add("a", "", 2);
        }
        narrow.session.pump(narrow.out);
        assertThat(narrow.session.inFlightCount()).isEqualTo(5);
        assertThat(narrow.session.windowHasRoom(2)).isFalse();
        assertThat(narrow.session.isGathering()).isFalse();
    }

    @Test
    @Normative(
            version = "3.1.1",
            id = {"2.3.1-2", "2.3.1-3"})
    @Normative(
            version = "5.0",
            id = {"2.2.1-3", "4.3.2-1", "4.3.3-1"})
    void anIdentifierInUseIsNeverGivenAgain() {
        Wire wire = new Wire(4, true, 3_600, 2, null).connected();
        wire.store.add("slow", "", 1);
        wire.expect(publish(4, 0x32, "slow", 1, ""));
        for (int i = 2; i <= 65_535; i++) {
            wire.store.add("a", "", 1);
            wire.expect(publish(4, 0x32, "a", i, ""));
            wire.receive(puback(i));
        }
        wire.store.add("a", "", 1);
        // 1 is still taken after all others had their turn.
        wire.expect(publish(4, 0x32, "a", 2, ""));
        wire.receive(puback(1)).receive(puback(2)).expectNothing();
        assertThat(wire.session.isSettled()).isTrue();
    }

    @Test
    @Normative(
            version = "5.0",
            id = {"3.3.4-7", "3.3.4-8", "4.9.0-1", "4.9.0-2", "4.9.0-3"})
    void theWindowIsTheSmallerOfBothReceiveMaxima() {
        Wire wire = new Wire(5);
        wire.connect(connack(false, "21 00 02"));
        wire.expectNothing();
        wire.store.add("a", "1", 1).add("a", "2", 2).add("a", "3", 1).add("a", "4", 1);
        wire.expect(publish(5, 0x32, "a", 1, "1"), publish(5, 0x34, "a", 2, "2"));
        // Everything else goes on at quota 0.
        wire.receive(pubrec(2)).expect(pubrel(2));
        wire.receive(publish(5, 0x32, "in", 9, "x")).expect(puback(9));
        wire.session.subscribe("s", 1, 0);
        wire.expect(dev.pipit.mqtt.Packets.subscribe(5, 3, "s", 1));
        assertThat(wire.session.windowHasRoom(1)).isFalse();
        wire.receive(puback(1)).expect(publish(5, 0x32, "a", 4, "3"));
        wire.receive(pubcomp(2)).expect(publish(5, 0x32, "a", 5, "4"));
        wire.receive(puback(4)).receive(puback(5)).expectNothing();

        Wire ours = new Wire(5, true, 3_600, 1, null).connected();
        ours.store.add("a", "1", 1).add("a", "2", 1);
        ours.expect(publish(5, 0x32, "a", 1, "1"));
        ours.receive(puback(1)).expect(publish(5, 0x32, "a", 2, "2"));
    }

    @Test
    @Normative(
            version = "5.0",
            id = {"3.3.4-7", "4.9.0-1", "4.6.0-1"})
    void resendsKeepToASmallerWindowOfTheNextConnection() {
        Wire wire = new Wire(5).connected();
        wire.store.add("a", "1", 1).add("a", "2", 2).add("a", "3", 1).add("a", "4", 1);
        wire.expect(
                publish(5, 0x32, "a", 1, "1"),
                publish(5, 0x34, "a", 2, "2"),
                publish(5, 0x32, "a", 3, "3"),
                publish(5, 0x32, "a", 4, "4"));
        wire.connect(connack(true, "21 00 01"));
        wire.expect(publish(5, 0x3A, "a", 1, "1"));
        wire.receive(puback(1)).expect(publish(5, 0x3C, "a", 2, "2"));
        wire.receive(pubrec(2)).expect(pubrel(2));
        wire.receive(pubcomp(2)).expect(publish(5, 0x3A, "a", 3, "3"));
        wire.receive(puback(3)).expect(publish(5, 0x3A, "a", 4, "4"));
        wire.receive(puback(4)).expectNothing();
        assertThat(wire.store.settled).containsExactly("1:0", "2:0", "3:0", "4:0");
    }

    @Test
    @Normative(
            version = "5.0",
            id = {"4.4.0-2", "4.3.3-4"})
    void aRefusalEndsThePublish() {
        Wire wire = new Wire(5).connected();
        wire.store.add("a", "1", 1).add("a", "2", 2).add("a", "3", 1);
        wire.expect(
                publish(5, 0x32, "a", 1, "1"),
                publish(5, 0x34, "a", 2, "2"),
                publish(5, 0x32, "a", 3, "3"));
        wire.receive(withReason(0x40, 1, 0x97)).receive(withReason(0x50, 2, 0x87));
        wire.receive(withReason(0x40, 3, 0x10)).expectNothing();
        assertThat(wire.store.settled).containsExactly("1:151", "2:135", "3:16");
        wire.reconnected().expectNothing();
    }

    @Test
    @Normative(
            version = "5.0",
            id = {"3.2.2-11"})
    void qosIsLoweredToWhatTheServerAllows() {
        Wire wire = new Wire(5);
        wire.connect(connack(false, "24 01"));
        wire.store.add("a", "1", 2);
        wire.expect(publish(5, 0x32, "a", 1, "1"));
        wire.connect(connack(false, "24 00"));
        wire.store.add("a", "2", 1);
        wire.expect(publish(5, 0x30, "a", 0, "1"), publish(5, 0x30, "a", 0, "2"));
        assertThat(wire.store.settled).containsExactly("1:0", "2:0");
    }

    @Test
    @Normative(
            version = "5.0",
            id = {"3.2.2-14"})
    void retainIsNotSetWhereTheServerDoesNotRetain() {
        Wire wire = new Wire(5);
        wire.connect(connack(false, "25 00"));
        wire.store.add("a", "1", 1, true, PublishProperties.NONE);
        wire.expect(publish(5, 0x32, "a", 1, "1"));
        wire.connect(connack(true, "25 01"));
        wire.expect(publish(5, 0x3B, "a", 1, "1"));
    }

    @Test
    @Normative(
            version = "5.0",
            id = {"3.2.2-15"})
    void nothingLargerThanTheServerTakesIsSent() {
        Wire wire = new Wire(5);
        wire.connect(connack(false, "27 00 00 00 0C"));
        wire.store.add("a", "12345", 1).add("a", "1234", 1);
        // 12 bytes: 2 + 3 + 2 + 1 + 4.
        wire.expect(publish(5, 0x32, "a", 1, "1234"));
        assertThat(wire.store.settled).containsExactly("1:149");
        TopicName topic = TopicName.of("a");
        byte[] payload = "1234567".getBytes(StandardCharsets.UTF_8);
        assertThat(
                        wire.session.publishNow(
                                topic, payload, 0, 7, false, PublishProperties.NONE, wire.out))
                .isEqualTo(Session.TOO_LARGE);
        assertThat(
                        wire.session.publishNow(
                                topic, payload, 0, 6, false, PublishProperties.NONE, wire.out))
                .isEqualTo(Session.SENT);
        wire.expect(publish(5, 0x30, "a", 0, "123456"));
        wire.session.subscribe("a/filter/that/is/long", 1, 0);
        wire.expectNothing();
        assertThat(wire.answers).containsExactly("a/filter/that/is/long 149");
    }

    @Test
    @Normative(
            version = "5.0",
            id = {"3.2.2-17", "3.2.2-18", "3.3.2-7", "3.3.2-8", "3.3.2-9"})
    void aliasesAreUsedAsFarAsTheServerGrantsThemOnThisConnection() {
        Wire wire = new Wire(5);
        wire.connect(connack(false, "22 00 02"));
        wire.store.add("topic/1", "x", 1).add("topic/1", "y", 1).add("topic/2", "z", 1);
        wire.expect(
                "32 10 | 00 07 'topic/1' | 00 01 | 03 23 00 01 | 'x'"
                        + "32 09 | 00 00 | 00 02 | 03 23 00 01 | 'y'"
                        + "32 10 | 00 07 'topic/2' | 00 03 | 03 23 00 02 | 'z'");
        // A third topic takes the alias that was unused for longest.
        wire.store.add("topic/3", "", 1).add("topic/2", "", 1).add("topic/1", "", 1);
        wire.expect(
                "32 0F | 00 07 'topic/3' | 00 04 | 03 23 00 01"
                        + "32 08 | 00 00 | 00 05 | 03 23 00 02"
                        + "32 0F | 00 07 'topic/1' | 00 06 | 03 23 00 01");
        wire.reconnected();
        wire.session.pump(wire.out);
        assertThat(wire.out.length())
                .as("no alias was granted this time")
                .isEqualTo(6 * 14 + "xyz".length());
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Normative(
            version = "3.1.1",
            id = {"4.3.1-1", "3.3.1-2", "2.3.1-5"})
    @Normative(
            version = "5.0",
            id = {"4.3.1-1", "3.3.1-2", "2.2.1-2"})
    void qos0IsSentOnceWithoutDupOrNotAtAll(int level) {
        Wire wire = new Wire(level);
        TopicName topic = TopicName.of("a");
        byte[] payload = {'x'};
        assertThat(send(wire, topic, payload, 1)).isEqualTo(Session.OFFLINE);
        wire.connected();
        assertThat(send(wire, topic, payload, 1)).isEqualTo(Session.SENT);
        wire.expect(publish(level, 0x30, "a", 0, "x"));
        assertThat(send(wire, topic, new byte[9_000], 9_000)).isEqualTo(Session.TOO_LARGE);
        assertThat(send(wire, topic, new byte[8_000], 8_000)).isEqualTo(Session.SENT);
        assertThat(send(wire, topic, new byte[200], 200)).isEqualTo(Session.NO_ROOM);
        wire.reconnected().expectNothing();
    }

    private static int send(Wire wire, TopicName topic, byte[] payload, int length) {
        return wire.session.publishNow(
                topic, payload, 0, length, false, PublishProperties.NONE, wire.out);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Normative(
            version = "5.0",
            id = {"4.3.3-7"})
    void aRecordThatTheStoreGaveUpIsForgottenButAQos2IdentifierIsReleased(int level) {
        Wire wire = new Wire(level).connected();
        wire.store.add("a", "1", 1).add("a", "2", 2).add("a", "3", 1);
        wire.expect(
                publish(level, 0x32, "a", 1, "1"),
                publish(level, 0x34, "a", 2, "2"),
                publish(level, 0x32, "a", 3, "3"));
        wire.store.evict(1);
        wire.store.evict(2);
        wire.reconnected();
        wire.expect(pubrel(2), publish(level, 0x3A, "a", 3, "3"));
        wire.receive(pubcomp(2)).receive(puback(3)).expectNothing();
        assertThat(wire.session.isSettled()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void acknowledgementsThatFitNothingAreHarmlessOrEndTheConnection(int level) {
        Wire wire = new Wire(level).connected();
        wire.receive(puback(7)).receive(pubcomp(7)).expectNothing();
        assertThat(wire.ended).isZero();
        wire.receive(pubrec(7));
        wire.expect(level == 5 ? withReason(0x62, 7, 0x92) : pubrel(7));
        wire.store.add("a", "1", 1).add("a", "2", 2);
        wire.expect(publish(level, 0x32, "a", 1, "1"), publish(level, 0x34, "a", 2, "2"));
        assertThat(wire.receive(puback(2)).ended).isEqualTo(0x82);
        assertThat(wire.receive(pubrec(1)).ended).isEqualTo(0x82);
        assertThat(wire.receive(pubcomp(2)).ended).isEqualTo(0x82);
    }

    @Test
    void whatDoesNotFitTheSendBufferFollowsWhenThereIsRoom() {
        Wire wire = new Wire(4).connected();
        String large = "x".repeat(3_000);
        wire.store.add("a", large, 1).add("a", large, 1).add("a", large, 1);
        wire.expect(longPublish(1, large), longPublish(2, large));
        wire.expect(longPublish(3, large));
        wire.reconnected();
        wire.expect(dup(longPublish(1, large)), dup(longPublish(2, large)));
        wire.expect(dup(longPublish(3, large)));
    }

    private static byte[] longPublish(int identifier, String payload) {
        return publish(4, 0x32, "a", identifier, payload);
    }

    private static byte[] dup(byte[] packet) {
        packet[0] |= 0x08;
        return packet;
    }

    @Test
    void aThousandOutOfOrderAcknowledgementsFreeTheWindow() {
        Wire wire = new Wire(4, true, 3_600, 100, null).connected();
        java.util.Random random = new java.util.Random(3);
        java.util.List<Integer> open = new java.util.ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            wire.store.add("a", "", 1);
        }
        int settled = 0;
        while (settled < 3_000) {
            wire.session.pump(wire.out);
            byte[] bytes = wire.out.bytes();
            for (int at = 0; at < wire.out.length(); at += 7) {
                open.add(((bytes[at + 5] & 0xFF) << 8) | (bytes[at + 6] & 0xFF));
            }
            wire.out.clear();
            assertThat(open).hasSizeLessThanOrEqualTo(100).doesNotHaveDuplicates();
            int acknowledge = 1 + random.nextInt(open.size());
            for (int i = 0; i < acknowledge; i++) {
                int index = random.nextInt(open.size());
                wire.receive(puback(open.get(index)));
                open.remove(/* index */ index);
                settled++;
            }
        }
        assertThat(wire.store.settled).hasSize(3_000);
        assertThat(wire.session.inFlightCount()).isZero();
    }
}
