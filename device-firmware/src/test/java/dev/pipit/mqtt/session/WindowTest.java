package dev.pipit.mqtt.session;

import static dev.pipit.mqtt.Packets.puback;
import static dev.pipit.mqtt.Packets.publish;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.mqtt.Packets;
import dev.pipit.mqtt.packet.PublishProperties;
import dev.pipit.mqtt.packet.Qos;
import dev.pipit.mqtt.packet.TopicName;
import org.junit.jupiter.api.Test;

/** The in-flight table by itself, and what fits to the byte. */
final class WindowTest {
    @Test
    void theTableKeepsOrderAndIdentifiersWhenItGrowsAndWhenItMoves() {
        InFlight table = new InFlight(40);
        assertThat(table.room()).isEqualTo(40);
        for (int i = 0; i < 40; i++) {
            table.add(InFlight.SENT_QOS_1, 100 + i, i % 3, 1_000 + i);
        }
        assertThat(table.room()).isZero();
        assertThat(table.count()).isEqualTo(40);
        for (int i = 0; i < 40; i++) {
            int slot = table.find(100 + i);
            assertThat(slot).isEqualTo(i);
            assertThat(table.identifier(slot)).isEqualTo(100 + i);
            assertThat(table.store(slot)).isEqualTo(i % 3);
            assertThat(table.sequence(slot)).isEqualTo(1_000 + i);
            assertThat(table.counted(slot)).isTrue();
        }
        // All but each fourth: the next ones find their place behind them.
        for (int i = 0; i < 40; i++) {
            if (i % 4 != 3) {
                table.settle(table.find(100 + i));
            }
        }
        assertThat(table.first()).isEqualTo(3);
        assertThat(table.room()).isEqualTo(30);
        assertThat(table.find(100)).isEqualTo(-1);
        table.count(3, false);
        assertThat(table.counted(3)).isFalse();
        for (int i = 0; i < 30; i++) {
            table.add(InFlight.SENT_QOS_2, 200 + i, 1, 2_000 + i);
        }
        assertThat(table.room()).isZero();
        long last = 0;
        int walked = 0;
        for (int slot = table.first(); slot < table.end(); slot++) {
            if (table.state(slot) != InFlight.SETTLED) {
                assertThat(table.sequence(slot)).isGreaterThan(last);
                last = table.sequence(slot);
                walked++;
            }
        }
        assertThat(walked).isEqualTo(40);
        assertThat(table.counted(table.find(103))).isFalse();
        assertThat(table.state(table.find(229))).isEqualTo(InFlight.SENT_QOS_2);
        // What waits to be sent anew holds no identifier.
        table.change(table.find(229), InFlight.QUEUED, 0);
        assertThat(table.find(229)).isEqualTo(-1);
        assertThat(table.find(0)).isEqualTo(-1);
        for (int slot = table.end() - 1; slot >= table.first() && table.count() > 0; slot--) {
            if (table.state(slot) != InFlight.SETTLED) {
                table.settle(slot);
            }
        }
        assertThat(table.count()).isZero();
        assertThat(table.end()).isZero();
        assertThat(table.room()).isEqualTo(40);
    }

    @Test
    void nothingIsSettledWhileTheStoreHasMoreOrAnAnswerIsAwaited() {
        Wire wire = new Wire(4).connected();
        assertThat(wire.session.isSettled()).isTrue();
        assertThat(wire.session.level()).isEqualTo(4);
        wire.store.add("a", "x", 1).add("a", "y", 1);
        assertThat(wire.session.isSettled()).isFalse();
        wire.expect(publish(4, 0x32, "a", 1, "x"), publish(4, 0x32, "a", 2, "y"));
        assertThat(wire.session.inFlightCount()).isEqualTo(2);
        wire.receive(puback(1));
        assertThat(wire.session.isSettled()).isFalse();
        wire.receive(puback(2));
        assertThat(wire.session.inFlightCount()).isZero();
        assertThat(wire.session.isSettled()).isTrue();
        wire.session.subscribe("s", 1, 0);
        assertThat(wire.session.isSettled()).isFalse();
        wire.expect(Packets.subscribe(4, 3, "s", 1));
        assertThat(wire.session.isSettled()).isFalse();
        wire.receive(Packets.suback(4, 3, 1));
        assertThat(wire.session.isSettled()).isTrue();
        assertThat(wire.session.isOnline()).isTrue();
        wire.session.lost();
        assertThat(wire.session.isOnline()).isFalse();
    }

    @Test
    void aPingIsSentOnceAndThenWaitedForHalfAKeepAlive() {
        Wire wire = new Wire(4).connected();
        assertThat(wire.session.deadline()).isEqualTo(27_000);
        assertThat(wire.session.tick(26_999, wire.out)).isFalse();
        wire.expectNothing();
        assertThat(wire.session.tick(27_000, wire.out)).isFalse();
        wire.expect("C0 00");
        assertThat(wire.session.deadline()).isEqualTo(42_000);
        assertThat(wire.session.tick(41_999, wire.out)).isFalse();
        wire.expectNothing();
        assertThat(wire.session.tick(42_000, wire.out)).isTrue();
        wire.session.heard(42_000);
        wire.session.sent(50_000);
        assertThat(wire.session.deadline()).isEqualTo(69_000);
        wire.session.lost();
        assertThat(wire.session.tick(1_000_000, wire.out)).as("nobody to be dead").isFalse();
        wire.expectNothing();
    }

    @Test
    void aPingThatDoesNotFitIsSentAsSoonAsItDoes() {
        Wire wire = new Wire(4).connected();
        SendBuffer out = new SendBuffer(10);
        out.add(new byte[9]);
        assertThat(wire.session.tick(27_000, out)).isFalse();
        assertThat(out.length()).isEqualTo(9);
        out.clear();
        out.add(new byte[8]);
        assertThat(wire.session.tick(27_001, out)).isFalse();
        assertThat(out.room()).isZero();
    }

    /** PUBLISH of 3.1.1 at QoS 0 on {@code t} with so much payload takes five bytes more. */
    private static int now(Wire wire, SendBuffer out, int payload) {
        return wire.session.publishNow(
                TopicName.of("t"),
                new byte[payload],
                0,
                payload,
                false,
                PublishProperties.NONE,
                out);
    }

    @Test
    void aPublishThatFitsToTheByteIsSent() {
        Wire wire = new Wire(4).connected();
        SendBuffer out = new SendBuffer(Session.RESERVE + 50);
        assertThat(now(wire, out, 46)).isEqualTo(Session.TOO_LARGE);
        assertThat(now(wire, out, 45)).isEqualTo(Session.SENT);
        assertThat(out.length()).isEqualTo(50);
        assertThat(now(wire, out, 0)).isEqualTo(Session.NO_ROOM);
        assertThat(now(wire, out, 45)).as("later it will").isEqualTo(Session.NO_ROOM);
        out.clear();
        // QoS 1 takes two bytes for its identifier.
        wire.store.add("t", "x".repeat(43), 1).add("t", "x".repeat(44), 1).add("t", "", 1);
        wire.session.pump(out);
        assertThat(out.length()).isEqualTo(50);
        assertThat(wire.store.settled).isEmpty();
        out.clear();
        wire.session.pump(out);
        assertThat(wire.store.settled).containsExactly("2:149");
        assertThat(out.length()).isEqualTo(7);
    }

    @Test
    void theServersMaximumPacketSizeIsKeptToTheByte() {
        Wire wire = new Wire(5);
        wire.connect(Packets.connack(false, "27 00 00 00 14"));
        wire.expectNothing();
        // Five bytes around the payload of QoS 0, and one of Property Length.
        assertThat(now(wire, wire.out, 15)).isEqualTo(Session.TOO_LARGE);
        assertThat(now(wire, wire.out, 14)).isEqualTo(Session.SENT);
        assertThat(wire.out.length()).isEqualTo(20);
    }

    @Test
    void aRecordIsReadBackAsItWasSet() {
        OutboundPublish record = new OutboundPublish();
        TopicName topic = TopicName.of("t");
        byte[] payload = {1, 2, 3};
        PublishProperties with = PublishProperties.builder().contentType("x").build();
        record.set(9, topic, payload, 1, 2, Qos.EXACTLY_ONCE, true, with, 60);
        assertThat(record.sequence()).isEqualTo(9);
        assertThat(record.topic()).isSameAs(topic);
        assertThat(record.payload()).isSameAs(payload);
        assertThat(record.offset()).isEqualTo(1);
        assertThat(record.length()).isEqualTo(2);
        assertThat(record.qos()).isEqualTo(Qos.EXACTLY_ONCE);
        assertThat(record.retain()).isTrue();
        assertThat(record.properties()).isSameAs(with);
        assertThat(record.messageExpirySeconds()).isEqualTo(60);
        record.set(10, topic, payload, 0, 3, Qos.AT_LEAST_ONCE, false);
        assertThat(record.sequence()).isEqualTo(10);
        assertThat(record.retain()).isFalse();
        assertThat(record.properties()).isSameAs(PublishProperties.NONE);
        assertThat(record.messageExpirySeconds()).isEqualTo(PublishProperties.NO_EXPIRY);
    }

    @Test
    void aSendBufferGrowsToItsCapacityAndKeepsWhatItHolds() {
        SendBuffer buffer = new SendBuffer(5_000);
        assertThat(buffer.isEmpty()).isTrue();
        buffer.add(new byte[] {7});
        assertThat(buffer.isEmpty()).isFalse();
        buffer.add(new byte[2_047]);
        assertThat(buffer.bytes()).hasSize(2_048);
        buffer.add(new byte[1]);
        assertThat(buffer.bytes()).hasSize(4_096);
        buffer.add(new byte[2_951]);
        assertThat(buffer.bytes()).hasSize(5_000);
        assertThat(buffer.bytes()[0]).isEqualTo((byte) 7);
        assertThat(buffer.room()).isZero();
        buffer.clear();
        assertThat(buffer.isEmpty()).isTrue();
    }
}
