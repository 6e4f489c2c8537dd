package dev.pipit.mqtt.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pipit.mqtt.Normative;
import dev.pipit.testkit.Bytes;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Packets as they leave, byte for byte. */
final class EncodingTest {
    private static final byte[] PAYLOAD = Bytes.of("'xyz'");

    private static void same(byte[] actual, String expected) {
        assertThat(Bytes.hex(actual)).isEqualTo(Bytes.hex(Bytes.of(expected)));
    }

    private static byte[] publish(int level, int flags, int qos, String topic, int identifier) {
        byte[] into = new byte[64];
        int end =
                Publish.encode(
                        into,
                        3,
                        level,
                        flags | Publish.qos(qos),
                        TopicName.of(topic),
                        identifier,
                        PAYLOAD,
                        1,
                        2);
        return Arrays.copyOfRange(into, 3, end);
    }

    @Test
    @Normative(
            version = "3.1.1",
            id = {"3.1.2-11", "3.1.2-13", "3.1.2-15", "3.1.2-18", "3.1.2-20", "3.1.3-3", "3.1.3-4"})
    @Normative(
            version = "5.0",
            id = {
                "2.2.2-1",
                "3.1.2-1",
                "3.1.2-11",
                "3.1.2-13",
                "3.1.2-16",
                "3.1.2-18",
                "3.1.3-3",
                "3.1.3-4"
            })
    void connectWithoutWillAndUser() {
        Connect connect = new Connect().clientIdentifier("ab").keepAliveSeconds(258);
        same(connect.level(3).encode(), "10 10 | 00 06 'MQIsdp' 03 | 02 | 01 02 | 00 02 'ab'");
        same(connect.level(4).encode(), "10 0E | 00 04 'MQTT' 04 | 02 | 01 02 | 00 02 'ab'");
        same(connect.level(5).encode(), "10 0F | 00 04 'MQTT' 05 | 02 | 01 02 | 00 | 00 02 'ab'");
        same(
                connect.level(5).cleanStart(false).encode(),
                "10 0F | 00 04 'MQTT' 05 | 00 | 01 02 | 00 | 00 02 'ab'");
    }

    @Test
    @Normative(
            version = "3.1.1",
            id = {"3.1.2-9", "3.1.2-14", "3.1.2-19", "3.1.2-21", "3.1.3-1", "3.1.3-10", "3.1.3-11"})
    @Normative(
            version = "5.0",
            id = {"3.1.2-9", "3.1.2-12", "3.1.2-17", "3.1.2-19", "3.1.3-1", "3.1.3-11", "3.1.3-12"})
    void connectWithEverything() {
        Will will =
                Will.of("w/t", Bytes.of("'bye'"), Qos.EXACTLY_ONCE, true)
                        .delayed(Duration.ofSeconds(5))
                        .with(
                                PublishProperties.builder()
                                        .utf8Payload(true)
                                        .messageExpirySeconds(9)
                                        .build());
        Connect connect =
                new Connect()
                        .clientIdentifier("c")
                        .will(will)
                        .userName("u")
                        .password(Bytes.of("'pw'"))
                        .sessionExpirySeconds(60)
                        .receiveMaximum(10)
                        .maximumPacketSize(4_096)
                        .topicAliasMaximum(3);
        // flags: user, password, will retain, will QoS 2, will, clean
        same(
                connect.level(4).encode(),
                "10 1E | 00 04 'MQTT' 04 | F6 | 00 00 | 00 01 'c' | 00 03 'w/t' | 00 03 'bye' | 00 01 'u' | 00 02 'pw'");
        same(
                connect.level(5).encode(),
                "10 3C | 00 04 'MQTT' 05 | F6 | 00 00"
                        + "| 10 | 11 00 00 00 3C | 21 00 0A | 27 00 00 10 00 | 22 00 03"
                        + "| 00 01 'c'"
                        + "| 0C | 18 00 00 00 05 | 02 00 00 00 09 | 01 01"
                        + "| 00 03 'w/t' | 00 03 'bye' | 00 01 'u' | 00 02 'pw'");
        assertThat(Qos.values()).hasSize(3);
    }

    @Test
    @Normative(
            version = "5.0",
            id = {"3.1.2-17", "3.1.2-18"})
    void mqtt5AllowsAPasswordWithoutAUserName() {
        same(
                new Connect().level(5).clientIdentifier("c").password(Bytes.of("'p'")).encode(),
                "10 11 | 00 04 'MQTT' 05 | 42 | 00 00 | 00 | 00 01 'c' | 00 01 'p'");
    }

    @Test
    @Normative(
            version = "3.1.1",
            id = {"3.1.2-22", "3.1.3-7"})
    void connectRefusesWhatTheOldVersionsDoNotAllow() {
        assertThatThrownBy(() -> new Connect().level(4).password(Bytes.of("'p'")).encode())
                .hasMessageContaining("MQTT-3.1.2-22");
        assertThatThrownBy(() -> new Connect().level(4).cleanStart(false).encode())
                .hasMessageContaining("MQTT-3.1.3-7");
        same(new Connect().level(4).encode(), "10 0C | 00 04 'MQTT' 04 | 02 | 00 00 | 00 00");
    }

    @Test
    @Normative(
            version = "3.1.1",
            id = {"2.3.1-1", "2.3.1-5", "3.3.2-1", "3.3.1-4"})
    @Normative(
            version = "5.0",
            id = {"2.2.1-2", "2.2.2-1", "3.3.2-1", "3.3.1-4", "3.3.2-8"})
    void publishOfEveryQos() {
        same(publish(4, 0, 0, "a/b", 7), "30 07 | 00 03 'a/b' | 'yz'");
        same(publish(4, Publish.RETAIN, 1, "a/b", 0x0102), "33 09 | 00 03 'a/b' | 01 02 | 'yz'");
        same(publish(4, Publish.DUP, 2, "a/b", 0xFFFF), "3C 09 | 00 03 'a/b' | FF FF | 'yz'");
        same(publish(5, 0, 0, "a/b", 7), "30 08 | 00 03 'a/b' | 00 | 'yz'");
        same(publish(5, Publish.DUP, 1, "a/b", 1), "3A 0A | 00 03 'a/b' | 00 01 | 00 | 'yz'");
    }

    @Test
    void publishWithEveryProperty() {
        PublishProperties properties =
                PublishProperties.builder()
                        .utf8Payload(true)
                        .contentType("t")
                        .responseTopic(TopicName.of("r"))
                        .correlationData(Bytes.of("01 02"))
                        .userProperty("k", "v")
                        .userProperty("k", "w")
                        .messageExpirySeconds(0xFFFF_FFFFL)
                        .build();
        byte[] into = new byte[128];
        TopicName topic = TopicName.of("a");
        int end =
                Publish.encode(
                        into,
                        0,
                        Publish.qos(1),
                        topic,
                        2,
                        false,
                        9,
                        properties,
                        0xFFFF_FFFFL,
                        PAYLOAD,
                        0,
                        3);
        same(
                Arrays.copyOf(into, end),
                "32 2E | 00 01 'a' | 00 09"
                        + "| 25 | 02 FF FF FF FF | 23 00 02 | 01 01 | 03 00 01 't' | 08 00 01 'r' | 09 00 02 01 02"
                        + "| 26 00 01 'k' 00 01 'v' | 26 00 01 'k' 00 01 'w' | 'xyz'");
        assertThat(Publish.size(5, 1, topic, properties, true, 3)).isEqualTo(end - 3);
        end =
                Publish.encode(
                        into, 0, 0, topic, 2, true, 0, PublishProperties.NONE, -1, PAYLOAD, 0, 3);
        same(Arrays.copyOf(into, end), "30 09 | 00 00 | 03 | 23 00 02 | 'xyz'");
    }

    @Test
    void sizesAreTheOnesOfTheEncodedPackets() {
        byte[] payload = new byte[20_000];
        byte[] into = new byte[20_100];
        TopicName topic = TopicName.of("some/topic");
        for (int level = 3; level <= 5; level++) {
            for (int qos = 0; qos <= 2; qos++) {
                for (int length :
                        new int[] {
                            0, 100, 112, 113, 114, 115, 116, 127, 16_365, 16_370, 16_380, 20_000
                        }) {
                    int end =
                            Publish.encode(
                                    into, 0, level, Publish.qos(qos), topic, 1, payload, 0, length);
                    assertThat(
                                    Publish.size(
                                            level,
                                            qos,
                                            topic,
                                            PublishProperties.NONE,
                                            false,
                                            length))
                            .isEqualTo(end);
                }
            }
        }
    }

    @Test
    @Normative(
            version = "5.0",
            id = {"3.3.4-6"})
    void noPropertyOfAPublishIsASubscriptionIdentifier() {
        assertThat(Arrays.stream(PublishProperties.Builder.class.getMethods()).map(Method::getName))
                .noneMatch(
                        name -> name.toLowerCase(java.util.Locale.ROOT).contains("subscription"));
    }

    @Test
    @Normative(
            version = "3.1.1",
            id = {
                "2.2.2-1",
                "3.6.1-1",
                "3.8.1-1",
                "3.10.1-1",
                "2.3.1-6",
                "3.8.3-1",
                "3.8.3-3",
                "3.8.3-4",
                "3.10.3-1",
                "3.10.3-2"
            })
    @Normative(
            version = "5.0",
            id = {
                "2.1.3-1",
                "2.2.2-1",
                "3.6.1-1",
                "3.8.1-1",
                "3.10.1-1",
                "2.2.1-5",
                "3.8.3-1",
                "3.8.3-2",
                "3.8.3-5",
                "3.10.3-1",
                "3.10.3-2",
                "3.14.1-1",
                "3.15.1-1"
            })
    void theOtherPacketsCarryTheReservedFlags() {
        same(Subscribe.encode(4, 10, "a/#", 2, 0), "82 08 | 00 0A | 00 03 'a/#' | 02");
        same(Subscribe.encode(4, 10, "a/#", 0x2D, 9), "82 08 | 00 0A | 00 03 'a/#' | 01");
        same(Subscribe.encode(5, 10, "a/#", 0x2D, 0), "82 09 | 00 0A | 00 | 00 03 'a/#' | 2D");
        same(Subscribe.encode(5, 10, "a", 1, 200), "82 0A | 00 0A | 03 0B C8 01 | 00 01 'a' | 01");
        same(Subscribe.encodeUnsubscribe(4, 11, "a"), "A2 05 | 00 0B | 00 01 'a'");
        same(Subscribe.encodeUnsubscribe(5, 11, "a"), "A2 06 | 00 0B | 00 | 00 01 'a'");
        same(acknowledgement(4, PacketType.PUBACK, 0), "40 02 01 02");
        same(acknowledgement(4, PacketType.PUBREC, 0), "50 02 01 02");
        same(acknowledgement(4, PacketType.PUBREL, 0), "62 02 01 02");
        same(acknowledgement(4, PacketType.PUBCOMP, 0x92), "70 02 01 02");
        byte[] into = new byte[2];
        assertThat(ShortPackets.pingreq(into, 0)).isEqualTo(2);
        same(into, "C0 00");
        same(disconnect(4, 0x81), "E0 00");
        same(disconnect(5, 0x00), "E0 00");
        same(disconnect(5, 0x81), "E0 01 81");
        same(
                new Auth(0x18, "M", Bytes.of("07"), null).encode(),
                "F0 0A | 18 | 08 | 15 00 01 'M' | 16 00 01 07");
    }

    private static byte[] acknowledgement(int level, int type, int reasonCode) {
        byte[] into = new byte[ShortPackets.MAX_BYTES];
        return Arrays.copyOf(
                into, ShortPackets.acknowledgement(into, 0, level, type, 0x0102, reasonCode));
    }

    private static byte[] disconnect(int level, int reasonCode) {
        byte[] into = new byte[3];
        return Arrays.copyOf(into, ShortPackets.disconnect(into, 0, level, reasonCode));
    }

    @Test
    @Normative(
            version = "5.0",
            id = {
                "3.4.2-2",
                "3.4.2-3",
                "3.5.2-2",
                "3.5.2-3",
                "3.6.2-2",
                "3.6.2-3",
                "3.7.2-2",
                "3.7.2-3",
                "3.14.2-3",
                "3.14.2-4",
                "3.15.2-2",
                "3.15.2-3"
            })
    void acknowledgementsCarryNeitherReasonStringNorUserProperty() {
        for (int type = PacketType.PUBACK; type <= PacketType.PUBCOMP; type++) {
            same(
                    acknowledgement(5, type, 0),
                    type == PacketType.PUBREL
                            ? "62 02 01 02"
                            : Integer.toHexString(type) + "0 02 01 02");
            byte[] packet = acknowledgement(5, type, 0x92);
            assertThat(packet).hasSize(5);
            assertThat(packet[1])
                    .as("identifier and Reason Code, nothing behind")
                    .isEqualTo((byte) 3);
        }
        assertThat(disconnect(5, 0x82)).hasSize(3);
        same(
                new Auth(0x19, "M", null, "a reason string that is not sent").encode(),
                "F0 06 | 19 | 04 | 15 00 01 'M'");
    }

    @Test
    void limitsOfTheFieldsAreNamed() {
        assertThatThrownBy(() -> PublishProperties.builder().messageExpirySeconds(-1))
                .hasMessageContaining("4294967295");
        assertThatThrownBy(() -> PublishProperties.builder().correlationData(new byte[65_536]))
                .hasMessageContaining("65535");
        assertThatThrownBy(() -> Will.of("w", new byte[65_536], Qos.AT_MOST_ONCE, false))
                .hasMessageContaining("65535");
        assertThatThrownBy(() ->
                        Will.of("w", new byte[0], Qos.AT_MOST_ONCE, false)
                                .delayed(Duration.ofSeconds(-1)))
                .hasMessageContaining("will delay");
    }
}
