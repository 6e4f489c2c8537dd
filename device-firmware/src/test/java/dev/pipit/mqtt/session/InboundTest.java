package dev.pipit.mqtt.session;

import static dev.pipit.mqtt.Packets.connack;
import static dev.pipit.mqtt.Packets.puback;
import static dev.pipit.mqtt.Packets.pubcomp;
import static dev.pipit.mqtt.Packets.publish;
import static dev.pipit.mqtt.Packets.pubrec;
import static dev.pipit.mqtt.Packets.pubrel;
import static dev.pipit.mqtt.Packets.suback;
import static dev.pipit.mqtt.Packets.subscribe;
import static dev.pipit.mqtt.Packets.unsuback;
import static dev.pipit.mqtt.Packets.unsubscribe;
import static dev.pipit.mqtt.Packets.withReason;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.mqtt.Normative;
import dev.pipit.mqtt.packet.Auth;
import dev.pipit.testkit.Bytes;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages on their way in, subscriptions, keep alive, authentication. */
final class InboundTest {
    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Normative(
            version = "3.1.1",
            id = {"3.3.4-1", "4.3.2-2", "4.5.0-2", "4.6.0-2", "4.6.0-3", "2.3.1-6"})
    @Normative(
            version = "5.0",
            id = {
                "3.3.4-1", "4.3.2-4", "4.3.2-5", "4.3.3-8", "4.5.0-2", "4.6.0-2", "4.6.0-3",
                "2.2.1-5"
            })
    void messagesAreAcknowledgedAsTheirQosDemandsInOrder(int level) {
        Wire wire = new Wire(level).connected();
        wire.receive(
                Bytes.join(
                        publish(level, 0x30, "a", 0, "0"),
                        publish(level, 0x32, "a", 5, "1"),
                        publish(level, 0x34, "a", 6, "2"),
                        publish(level, 0x32, "a", 4, "3"),
                        publish(level, 0x34, "a", 2, "4")));
        wire.expect(puback(5), pubrec(6), puback(4), pubrec(2));
        // After its PUBACK the identifier is new, even with DUP.
        wire.receive(publish(level, 0x3A, "a", 5, "1")).expect(puback(5));
        assertThat(wire.messages).containsExactly("a=0", "a=1", "a=2", "a=3", "a=4", "a=1");
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Normative(
            version = "3.1.1",
            id = {"4.3.3-2", "3.1.2-4", "4.1.0-1", "4.1.0-2"})
    @Normative(
            version = "5.0",
            id = {"4.3.3-8", "4.3.3-10", "4.3.3-11", "4.3.3-12", "4.3.3-13", "3.1.2-23", "4.1.0-1"})
    void qos2IsDeliveredOnceWithinASession(int level) {
        Wire wire = new Wire(level).connected();
        wire.receive(publish(level, 0x34, "a", 6, "x")).expect(pubrec(6));
        wire.receive(publish(level, 0x3C, "a", 6, "x")).expect(pubrec(6));
        wire.reconnected();
        wire.receive(publish(level, 0x3C, "a", 6, "x")).expect(pubrec(6));
        assertThat(wire.messages).containsExactly("a=x");
        wire.receive(pubrel(6)).expect(pubcomp(6));
        wire.receive(pubrel(6)).expect(level == 5 ? withReason(0x70, 6, 0x92) : pubcomp(6));
        wire.receive(publish(level, 0x34, "a", 6, "y")).expect(pubrec(6));
        assertThat(wire.messages).containsExactly("a=x", "a=y");
        // A new session knows nothing of the old one.
        wire.connect(connack(level, false));
        wire.receive(publish(level, 0x34, "a", 6, "z")).expect(pubrec(6));
        assertThat(wire.messages).containsExactly("a=x", "a=y", "a=z");
    }

    @Test
    @Normative(
            version = "5.0",
            id = {"4.3.3-9"})
    void aRefusedQos2MessageFreesItsIdentifier() {
        Wire wire = new Wire(5).connected();
        wire.refuseWith = 0x87;
        wire.receive(publish(5, 0x34, "a", 6, "x")).expect(withReason(0x50, 6, 0x87));
        wire.receive(publish(5, 0x32, "a", 7, "x")).expect(withReason(0x40, 7, 0x87));
        wire.refuseWith = 0;
        wire.receive(publish(5, 0x34, "a", 6, "y")).expect(pubrec(6));
        assertThat(wire.messages).containsExactly("a=x", "a=x", "a=y");
    }

    @Test
    void moreQos2MessagesThanOurReceiveMaximumEndTheConnection() {
        Wire wire = new Wire(5).connected();
        for (int i = 1; i <= 10; i++) {
            wire.receive(publish(5, 0x34, "a", i, "x"));
            assertThat(wire.ended).isZero();
        }
        assertThat(wire.receive(publish(5, 0x34, "a", 11, "x")).ended).isEqualTo(0x93);
        // PUBREL makes room for one, a second PUBREL for none.
        wire.receive(pubrel(3)).receive(pubrel(3)).receive(publish(5, 0x34, "a", 11, "x"));
        assertThat(wire.ended).isZero();
        assertThat(wire.receive(publish(5, 0x34, "a", 12, "x")).ended).isEqualTo(0x93);
        // Those of the connection before are still duplicates, but do not count (4.9): Artemis 2.55
        // forgets to release them and sends the same messages under other identifiers.
        wire.reconnected();
        for (int i = 21; i <= 30; i++) {
            assertThat(wire.receive(publish(5, 0x34, "a", i, "y")).ended).isZero();
        }
        int delivered = wire.messages.size();
        assertThat(wire.receive(publish(5, 0x3C, "a", 11, "x")).ended).isZero();
        assertThat(wire.messages).hasSize(delivered);
        assertThat(wire.receive(publish(5, 0x34, "a", 31, "y")).ended).isEqualTo(0x93);
        // Before MQTT 5 nothing was agreed on: 65,535 of them in 8 KiB.
        Wire old = new Wire(4).connected();
        for (int i = 1; i <= 65_535; i++) {
            old.receive(publish(4, 0x34, "a", i, "x"));
            old.out.clear();
        }
        assertThat(old.ended).isZero();
        assertThat(old.messages).hasSize(65_535);
    }

    @Test
    @Normative(
            version = "5.0",
            id = {"3.3.2-10", "3.3.2-7"})
    void everyAliasUpToOurMaximumIsAcceptedAndNoneOutlivesTheConnection() {
        Wire wire = new Wire(5).connected();
        for (int alias = 1; alias <= 4; alias++) {
            wire.receive("30 08 00 02 't" + alias + "' 03 23 00 0" + alias);
            wire.receive("30 07 00 00 03 23 00 0" + alias + "'x'");
        }
        assertThat(wire.ended).isZero();
        assertThat(wire.messages).contains("t1=x", "t2=x", "t3=x", "t4=x");
        wire.receive("30 08 00 02 'u1' 03 23 00 01").receive("30 07 00 00 03 23 00 01 'y'");
        assertThat(wire.messages).endsWith("u1=y");
        assertThat(wire.receive("30 08 00 02 't5' 03 23 00 05").ended).isEqualTo(0x94);
        assertThat(wire.receive("30 07 00 01 't' 03 23 00 00").ended).isEqualTo(0x94);
        wire.reconnected();
        assertThat(wire.receive("30 07 00 00 03 23 00 01 'x'").ended).isEqualTo(0x82);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Normative(
            version = "3.1.1",
            id = {"4.8.0-1"})
    void nothingIsAcceptedBeforeConnackNorASecondConnack(int level) {
        for (byte[] packet :
                List.of(
                        publish(level, 0x30, "a", 0, "x"),
                        puback(1),
                        pubrel(1),
                        suback(level, 1, 0),
                        Bytes.of("D0 00"))) {
            Wire wire = new Wire(level);
            wire.session.begin(level);
            assertThat(wire.receive(packet).ended).as(Bytes.hex(packet)).isEqualTo(0x82);
            wire.expectNothing();
        }
        Wire wire = new Wire(level).connected();
        assertThat(wire.receive(connack(level, false)).ended).isEqualTo(0x82);
    }

    @Test
    @Normative(
            version = "3.1.1",
            id = {"3.1.2-4", "3.1.2-6"})
    @Normative(
            version = "5.0",
            id = {"3.1.2-4", "3.1.2-23", "3.2.2-4"})
    void cleanStartIsSentWhereThereIsNoStateAndItsContradictionEndsTheConnection() {
        for (int level = 4; level <= 5; level++) {
            int flags = 9;
            Wire wire = new Wire(level);
            byte[] first = wire.connect(connack(level, true));
            assertThat(first[flags]).isEqualTo((byte) 2);
            assertThat(wire.ended).as("present, but we asked for none").isEqualTo(0x82);
            assertThat(wire.connect(connack(level, false))[flags]).isEqualTo((byte) 2);
            assertThat(wire.connect(connack(level, true))[flags]).isEqualTo((byte) 0);
            assertThat(wire.ended).isZero();
            Wire inherits = new Wire(level, false, 60, 10, null);
            assertThat(inherits.connect(connack(level, true))[flags]).isEqualTo((byte) 0);
            assertThat(inherits.ended).isZero();
        }
        Wire keepsNothing = new Wire(4, false, 0, 10, null);
        assertThat(keepsNothing.connect(connack(4, false))[9]).isEqualTo((byte) 2);
        assertThat(keepsNothing.connect(connack(4, false))[9]).isEqualTo((byte) 2);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void subscriptionsAreSentAgainOnlyWhereTheSessionIsGone(int level) {
        Wire wire = new Wire(level);
        wire.session.subscribe("a", 1, 0);
        wire.session.subscribe("b", 2, 0);
        wire.connect(connack(level, false));
        wire.expect(subscribe(level, 1, "a", 1), subscribe(level, 2, "b", 2));
        wire.receive(suback(level, 2, 2)).receive(suback(level, 1, 0x80));
        assertThat(wire.answers).containsExactly("b 2", "a 128");
        wire.reconnected().expectNothing();
        // Unanswered ones are sent again in any case.
        wire.session.subscribe("c", 0, 0);
        wire.session.unsubscribe("b");
        wire.expect(subscribe(level, 3, "c", 0), unsubscribe(level, 4, "b"));
        wire.reconnected();
        wire.expect(subscribe(level, 5, "c", 0), unsubscribe(level, 6, "b"));
        wire.receive(suback(level, 5, 0)).receive(unsuback(level, 6)).expectNothing();
        wire.connect(connack(level, false));
        wire.expect(subscribe(level, 7, "a", 1), subscribe(level, 8, "c", 0));
        // A new word on a filter replaces the one that is on its way.
        wire.session.subscribe("a", 2, 0);
        wire.expect(subscribe(level, 9, "a", 2));
        for (byte[] answer :
                List.of(suback(level, 7, 1), suback(level, 8, 0), suback(level, 9, 2))) {
            assertThat(wire.receive(answer).ended).isZero();
        }
        assertThat(wire.answers).endsWith("c 0", "c 0", "a 2");
        assertThat(wire.receive(suback(level, 9, 2)).ended).isEqualTo(0x82);
    }

    @Test
    void answersOfTheWrongKindOrCountEndTheConnection() {
        Wire wire = new Wire(4).connected();
        wire.session.subscribe("a", 1, 0);
        wire.expect(subscribe(4, 1, "a", 1));
        assertThat(wire.receive(unsuback(4, 1)).ended).isEqualTo(0x82);
        assertThat(wire.receive("90 04 00 01 00 00").ended).isEqualTo(0x82);
        assertThat(wire.receive(suback(4, 2, 0)).ended).isEqualTo(0x82);
        assertThat(wire.receive(suback(4, 1, 1)).ended).isZero();
    }

    @Test
    @Normative(
            version = "3.1.1",
            id = {"3.1.2-23"})
    @Normative(
            version = "5.0",
            id = {"3.1.2-20", "3.1.2-21", "3.2.2-21"})
    void pingreqIsSentWhenIdleAndASilentServerIsNoticed() {
        Wire wire = new Wire(5);
        wire.session.begin(5);
        wire.receive(connack(false, "13 00 0A"));
        assertThat(wire.session.keepAliveSeconds()).as("the server's, not our 30").isEqualTo(10);
        assertThat(wire.session.deadline()).isEqualTo(9_000);
        assertThat(wire.session.tick(8_999, wire.out)).isFalse();
        wire.expectNothing();
        assertThat(wire.session.tick(9_000, wire.out)).isFalse();
        wire.expect("C0 00");
        wire.session.sent(9_000);
        assertThat(wire.session.tick(13_999, wire.out)).isFalse();
        wire.expectNothing();
        assertThat(wire.session.tick(14_000, wire.out)).as("1.4 times").isTrue();
        wire.session.heard(13_000);
        assertThat(wire.session.tick(14_000, wire.out)).isFalse();
        // Busy both ways: no ping.
        wire.session.sent(20_000);
        wire.session.heard(20_000);
        wire.session.tick(25_000, wire.out);
        wire.expectNothing();
        // Only sending: a ping, or nobody would notice that nobody hears.
        wire.session.sent(29_000);
        wire.session.tick(29_000, wire.out);
        wire.expect("C0 00");
    }

    @Test
    void keepAliveZeroNeverPings() {
        Wire wire = new Wire(5);
        wire.connect(connack(false, "13 00 00"));
        assertThat(wire.session.tick(1_000_000, wire.out)).isFalse();
        wire.expectNothing();
        assertThat(wire.session.deadline()).isEqualTo(Long.MAX_VALUE);
    }

    private static final class Scram implements Authenticator {
        @Override
        public String method() {
            return "S";
        }

        @Override
        public byte[] begin() {
            return new byte[] {1};
        }

        @Override
        public byte[] answer(byte @Nullable [] challenge) {
            return new byte[] {(byte) (challenge == null ? 0 : challenge[0] + 1)};
        }
    }

    @Test
    @Normative(
            version = "5.0",
            id = {
                "3.1.2-30",
                "4.12.0-3",
                "4.12.0-5",
                "4.12.1-1",
                "4.12.1-2",
                "3.15.1-1",
                "3.15.2-1"
            })
    void enhancedAuthenticationIsAnsweredWithItsMethod() {
        Wire wire = new Wire(5, true, 0, 65_535, new Scram());
        wire.store.add("a", "x", 1);
        byte[] connect = wire.session.begin(5);
        assertThat(Bytes.hex(connect)).contains(Bytes.hex(Bytes.of("15 00 01 'S' 16 00 01 01")));
        // Nothing but AUTH until CONNACK.
        wire.expectNothing();
        wire.receive("F0 0A 18 08 15 00 01 'S' 16 00 01 07");
        wire.expect("F0 0A 18 08 15 00 01 'S' 16 00 01 08");
        // Success is CONNACK's to tell.
        assertThat(wire.receive("F0 06 00 04 15 00 01 'S'").ended).isEqualTo(0x82);
        assertThat(wire.receive(connack(false, "15 00 01 'T'")).ended).isEqualTo(0x82);
        assertThat(wire.receive(connack(false, "")).ended).isEqualTo(0x82);
        assertThat(wire.receive(connack(false, "15 00 01 'S'")).ended).isZero();
        wire.expect(publish(5, 0x32, "a", 1, "x"));
        assertThat(wire.session.reauthenticate(wire.out)).isTrue();
        wire.expect("F0 0A 19 08 15 00 01 'S' 16 00 01 01");
        wire.receive("F0 06 00 04 15 00 01 'S'").expectNothing();
        assertThat(wire.ended).isZero();
        assertThat(wire.receive("F0 06 18 04 15 00 01 'T'").ended).isEqualTo(0x82);
        // A failed re-authentication is a DISCONNECT of the server.
        assertThat(wire.receive("E0 01 87").ended).isEqualTo(0x87);
    }

    @Test
    void anAuthThatDoesNotFitIsNotSentInPieces() {
        Wire wire = new Wire(5, true, 0, 65_535, new Scram());
        wire.connect(connack(false, "15 00 01 'S'"));
        Auth challenge = new Auth(0x18, "S", new byte[] {7}, null);
        SendBuffer out = new SendBuffer(23);
        out.add(new byte[12]);
        assertThat(wire.session.auth(challenge, out)).isEqualTo(0x80);
        assertThat(wire.session.reauthenticate(out)).isFalse();
        assertThat(out.length()).isEqualTo(12);
        for (int round = 0; round < 2; round++) {
            out.clear();
            out.add(new byte[11]);
            if (round == 0) {
                assertThat(wire.session.auth(challenge, out)).isZero();
            } else {
                assertThat(wire.session.reauthenticate(out)).isTrue();
            }
            assertThat(out.room()).isZero();
        }
    }

    @Test
    @Normative(
            version = "5.0",
            id = {"4.12.0-7"})
    void withoutAMethodAuthIsRefusedAndNeverSent() {
        Wire wire = new Wire(5);
        wire.session.begin(5);
        assertThat(wire.receive("F0 06 18 04 15 00 01 'S'").ended).isEqualTo(0x82);
        assertThat(wire.receive("F0 00").ended).isEqualTo(0x82);
        wire.receive(connack(5, false));
        assertThat(wire.session.reauthenticate(wire.out)).isFalse();
        wire.expectNothing();
        assertThat(wire.receive(connack(false, "15 00 01 'S'")).ended).isEqualTo(0x82);
    }

    @Test
    void theAssignedClientIdentifierIsUsedFromThenOn() {
        Wire wire = new Wire(5);
        wire.connect(connack(false, "12 00 03 'new'"));
        assertThat(wire.session.clientIdentifier()).isEqualTo("new");
        assertThat(Bytes.hex(wire.connect(connack(5, true))))
                .endsWith(Bytes.hex(Bytes.of("00 03 'new'")));
    }
}
