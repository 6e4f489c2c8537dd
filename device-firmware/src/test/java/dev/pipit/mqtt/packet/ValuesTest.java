package dev.pipit.mqtt.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pipit.testkit.Bytes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the package's values say of themselves, and where a rejection points. */
final class ValuesTest {
    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aTopicNameIsItsBytes() {
        TopicName name = TopicName.of("a/b");
        TopicName again = TopicName.of("a/b");
        TopicName other = TopicName.of("a/c");
        assertThat(name.equals(name)).isTrue();
        assertThat(name.equals(again)).isTrue();
        assertThat(name.equals(other)).isFalse();
        assertThat(name.equals(TopicName.of("a/bc"))).isFalse();
        assertThat(name.equals((Object) "a/b")).isFalse();
        assertThat(name.hashCode()).isEqualTo(again.hashCode()).isNotEqualTo(other.hashCode());
        assertThat(name).hasToString("a/b");
        assertThat(name.length()).isEqualTo(3);
        byte[] bytes = text("xa/bx");
        assertThat(name.matches(bytes, 1, 3)).isTrue();
        assertThat(name.matches(bytes, 0, 3)).isFalse();
        assertThat(name.matches(bytes, 1, 2)).isFalse();
        byte[] into = new byte[4];
        name.copyTo(into, 1);
        assertThat(into).containsExactly(0, 'a', '/', 'b');
    }

    /** Looks at a message while it is valid. */
    private static final class Looking extends Forwarding {
        int looked;

        @Override
        public int publish(InboundPublish message) {
            looked++;
            assertThat(message.topic()).isEqualTo("a/b");
            assertThat(message.isOn(TopicName.of("a/b"))).isTrue();
            assertThat(message.isOn(TopicName.of("a/c"))).isFalse();
            assertThat(message.topicLength()).isEqualTo(3);
            assertThat(message.topicByte(1)).isEqualTo((byte) '/');
            assertThat(message.topicByte(2)).isEqualTo((byte) 'b');
            assertThat(message.payloadText()).isEqualTo("hey");
            assertThat(message.payload()).isEqualTo(text("hey"));
            assertThat(message.payloadLength()).isEqualTo(3);
            assertThat(message.buffer()[message.payloadOffset()]).isEqualTo((byte) 'h');
            byte[] into = new byte[5];
            message.copyPayload(into, 1);
            assertThat(into).containsExactly(0, 'h', 'e', 'y', 0);
            message.copyTopic(into, 2);
            assertThat(into).containsExactly(0, 'h', 'a', '/', 'b');
            assertThat(message.acknowledgeWith()).isZero();
            message.refuse(ReasonCode.QUOTA_EXCEEDED);
            assertThat(message.acknowledgeWith()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
            assertThatThrownBy(() -> message.refuse(ReasonCode.SERVER_BUSY))
                    .hasMessageContaining("cannot stand in a PUBACK");
            byte[] resolved = text("x/y/z");
            message.resolveTopic(resolved, 3);
            assertThat(message.topic()).isEqualTo("x/y");
            return 0;
        }
    }

    private static class Forwarding implements PacketHandler {
        @Override
        public int connack(Connack connack) {
            return 0;
        }

        @Override
        public int publish(InboundPublish publish) {
            return 0;
        }

        @Override
        public int acknowledgement(int type, int packetIdentifier, int reasonCode) {
            return 0;
        }

        @Override
        public int subscriptionAnswer(int type, int id, byte[] codes, int offset, int count) {
            return 0;
        }

        @Override
        public int pingresp() {
            return 0;
        }

        @Override
        public int disconnect(ServerDisconnect disconnect) {
            return 0;
        }

        @Override
        public int auth(Auth auth) {
            return 0;
        }
    }

    @Test
    void aMessageIsReadWhereItArrived() {
        Looking looking = new Looking();
        byte[] packet = Bytes.of("FF FF 32 0A | 00 03 'a/b' | 00 07 | 'hey'");
        PacketDecoder decoder = new PacketDecoder(4, 100);
        assertThat(decoder.decode(packet, 2, packet.length, looking)).isEqualTo(12);
        // The refusal of one message is not the next one's.
        assertThat(decoder.decode(packet, 2, packet.length, looking)).isEqualTo(12);
        assertThat(looking.looked).isEqualTo(2);
    }

    @Test
    void aWillAndPropertiesKeepWhatTheyWereGiven() {
        byte[] correlation = {1, 2};
        PublishProperties properties =
                PublishProperties.builder()
                        .utf8Payload(true)
                        .messageExpirySeconds(4_294_967_295L)
                        .contentType("text/plain")
                        .responseTopic(TopicName.of("answer"))
                        .correlationData(correlation)
                        .userProperty("n", "v")
                        .build();
        assertThat(properties.utf8Payload()).isTrue();
        assertThat(properties.contentType()).isEqualTo("text/plain");
        assertThat(properties.responseTopic()).isEqualTo(TopicName.of("answer"));
        assertThat(properties.correlationData()).containsExactly(1, 2);
        assertThat(properties.userProperties()).isEqualTo(List.of(new UserProperty("n", "v")));
        assertThat(PublishProperties.NONE.utf8Payload()).isFalse();
        assertThat(PublishProperties.NONE.correlationData()).isNull();

        byte[] longest = new byte[65_535];
        longest[0] = 7;
        Will will =
                Will.of("w", longest, Qos.EXACTLY_ONCE, true)
                        .delayed(Duration.ofSeconds(4_294_967_295L))
                        .with(properties);
        assertThat(will.topic()).isEqualTo(TopicName.of("w"));
        assertThat(will.payload()).isEqualTo(longest);
        assertThat(will.qos()).isEqualTo(Qos.EXACTLY_ONCE);
        assertThat(will.retain()).isTrue();
        assertThat(Will.of("w", longest, Qos.AT_MOST_ONCE, false).retain()).isFalse();
        assertThat(will.delay()).isEqualTo(Duration.ofSeconds(4_294_967_295L));
        assertThat(will.properties()).isSameAs(properties);
        assertThat(will.delayed(Duration.ZERO).delay()).isZero();
    }

    @Test
    void authIsEqualByWhatItCarries() {
        Auth auth = new Auth(0x18, "SCRAM", new byte[] {1}, "why");
        assertThat(auth.reasonCode()).isEqualTo(0x18);
        assertThat(auth.method()).isEqualTo("SCRAM");
        assertThat(auth.reasonString()).isEqualTo("why");
        Auth same = new Auth(0x18, "SCRAM", new byte[] {1}, null);
        assertThat(auth).isEqualTo(same).hasSameHashCodeAs(same);
        assertThat(auth.hashCode()).isNotEqualTo(new Auth(0, "SCRAM", null, null).hashCode());
        assertThat(auth).isNotEqualTo(new Auth(0x19, "SCRAM", new byte[] {1}, null));
        assertThat(auth).isNotEqualTo(new Auth(0x18, "other", new byte[] {1}, null));
        assertThat(auth).isNotEqualTo(new Auth(0x18, "SCRAM", new byte[] {2}, null));
    }

    private static void points(int level, String literal, String field, int offset) {
        byte[] packet = Bytes.of("EE EE EE | " + literal);
        PacketDecoder decoder = new PacketDecoder(level, 100);
        assertThat(decoder.decode(packet, 3, packet.length, new Forwarding())).isNegative();
        assertThat(decoder.rejection().field()).isEqualTo(field);
        assertThat(decoder.rejection().offset()).isEqualTo(offset);
        assertThat(decoder.rejection().toString()).contains(field + ", byte " + offset + ": ");
    }

    @Test
    void aRejectionPointsToTheByte() {
        points(4, "00 00", "packet type", 0);
        points(4, "41 02 00 01", "reserved flags", 0);
        points(4, "40 80 00", "Remaining Length", 1);
        points(4, "30 65", "Remaining Length", 1);
        points(4, "40 01 00", "Packet Identifier", 2);
        points(4, "40 02 00 00", "Packet Identifier", 2);
        points(4, "40 03 00 01 00", "Remaining Length", 4);
        points(5, "40 03 00 01 01", "Reason Code", 4);
        points(5, "40 04 00 01 00 01", "Property Length", 5);
        points(5, "40 06 00 01 00 01 7F 00", "Property Identifier", 6);
        points(4, "20 01 00", "Connect Acknowledge Flags", 2);
        points(4, "20 02 02 00", "Connect Acknowledge Flags", 2);
        points(4, "20 02 00 06", "Reason Code", 3);
        points(4, "20 03 00 00 00", "Remaining Length", 4);
        points(5, "20 02 00 00", "Property Length", 4);
        points(5, "20 03 00 06 00", "Reason Code", 3);
        points(5, "20 06 00 00 03 21 00 00", "Receive Maximum", 6);
        points(5, "20 03 01 87 00", "Session Present", 2);
        points(5, "E0 01 04", "Reason Code", 2);
        points(5, "E0 03 80 00 00", "Remaining Length", 4);
        points(4, "90 02 00 01", "Reason Codes", 4);
        points(4, "90 04 00 01 00 03", "Reason Code", 5);
        points(4, "30 01 00", "Topic Name", 2);
        points(4, "32 04 00 01 'a' 00", "Packet Identifier", 5);
        points(5, "30 07 00 01 'a' 03 23 00 00", "Topic Alias", 5);
    }

    @Test
    void aFilterIsRefusedInWords() {
        assertThatThrownBy(() -> Subscribe.check("$share"))
                .hasMessageContaining("needs a share name");
        assertThatThrownBy(() -> Subscribe.check("$share//a"))
                .hasMessageContaining("needs a share name");
        assertThatThrownBy(() -> Subscribe.check("$share/+/a"))
                .hasMessageContaining("needs a share name");
        assertThatThrownBy(() -> Subscribe.check("$share/#/a"))
                .hasMessageContaining("needs a share name");
        assertThatThrownBy(() -> Subscribe.check("$share/n"))
                .hasMessageContaining("ends behind the share name");
        assertThatThrownBy(() -> Subscribe.check("$share/n/"))
                .hasMessageContaining("ends behind the share name");
        assertThatThrownBy(() -> Subscribe.check("a+"))
                .hasMessageContaining("has + beside other characters");
        assertThatThrownBy(() -> Subscribe.check("#/a")).hasMessageContaining("before its end");
        assertThatThrownBy(() -> Subscribe.check("")).hasMessageContaining("is empty");
        Subscribe.check("$share/n/#");
        Subscribe.check("$share/n/+");
        Subscribe.check("$share/n/a");
        assertThat(Subscribe.isShared("$share/n/a")).isTrue();
    }
}
