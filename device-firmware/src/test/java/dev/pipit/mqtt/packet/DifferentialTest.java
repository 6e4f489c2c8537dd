package dev.pipit.mqtt.packet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.testkit.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The same random packets to our decoder and to Netty's: where both accept, both read the same;
 * where only one does, the reason is one of those explained here. {@code -Dpipit.packets=N} runs
 * more.
 */
final class DifferentialTest {
    private static final int PACKETS = Integer.getInteger("pipit.packets", 150_000);

    private final Map<String, Integer> explained = new TreeMap<>();

    private static @Nullable String netty(int level, byte[] packet) {
        EmbeddedChannel channel = new EmbeddedChannel(new MqttDecoder(4_096));
        channel.attr(io.netty.util.AttributeKey.<MqttVersion>valueOf("NETTY_CODEC_MQTT_VERSION"))
                .set(level == 5 ? MqttVersion.MQTT_5 : MqttVersion.MQTT_3_1_1);
        try {
            channel.writeInbound(Unpooled.wrappedBuffer(packet));
            MqttMessage message = channel.readInbound();
            if (message == null || message.decoderResult().isFailure()) {
                return null;
            }
            String text = describe(message);
            io.netty.util.ReferenceCountUtil.release(message);
            return channel.readInbound() == null ? text : "two messages";
        } finally {
            channel.finishAndReleaseAll();
        }
    }

    private static String describe(MqttMessage message) {
        MqttFixedHeader header = message.fixedHeader();
        return switch (message) {
            case MqttPublishMessage publish -> {
                ByteBuf payload = publish.payload();
                byte[] bytes = new byte[payload.readableBytes()];
                payload.getBytes(payload.readerIndex(), bytes);
                yield "PUBLISH "
                        + publish.variableHeader().topicName()
                        + " "
                        + header.qosLevel().value()
                        + " "
                        + header.isRetain()
                        + header.isDup()
                        + " #"
                        + Math.max(0, publish.variableHeader().packetId())
                        + " "
                        + Bytes.hex(bytes);
            }
            case MqttConnAckMessage connack ->
                    "CONNACK " + connack.variableHeader().isSessionPresent();
            case MqttSubAckMessage suback -> "SUBACK " + suback.variableHeader().messageId();
            case MqttUnsubAckMessage unsuback ->
                    "UNSUBACK " + unsuback.variableHeader().messageId();
            default ->
                    message.variableHeader() instanceof MqttMessageIdVariableHeader id
                            ? header.messageType() + " " + id.messageId()
                            : header.messageType().toString();
        };
    }

    static final class Ours implements PacketHandler {
        String text = "";

        @Override
        public int connack(Connack connack) {
            text = "CONNACK " + connack.sessionPresent();
            return 0;
        }

        @Override
        public int publish(InboundPublish publish) {
            text =
                    "PUBLISH "
                            + publish.topic()
                            + " "
                            + publish.qos().level()
                            + " "
                            + publish.retain()
                            + publish.dup()
                            + " #"
                            + publish.packetIdentifier()
                            + " "
                            + Bytes.hex(publish.payload());
            return 0;
        }

        @Override
        public int acknowledgement(int type, int packetIdentifier, int reasonCode) {
            text = PacketType.name(type) + " " + packetIdentifier;
            return 0;
        }

        @Override
        public int subscriptionAnswer(int type, int id, byte[] codes, int offset, int count) {
            text = PacketType.name(type) + " " + id;
            return 0;
        }

        @Override
        public int pingresp() {
            text = "PINGRESP";
            return 0;
        }

        @Override
        public int disconnect(ServerDisconnect disconnect) {
            text = "DISCONNECT";
            return 0;
        }

        @Override
        public int auth(Auth auth) {
            text = "AUTH";
            return 0;
        }
    }

    @Test
    void agreesWithNettyOrHasAReason() {
        Random random = new Random(11);
        int agreed = 0;
        int refusedByBoth = 0;
        for (int i = 0; i < PACKETS; i++) {
            int level = 4 + (i & 1);
            byte[] packet = packet(random, level);
            PacketDecoder decoder = new PacketDecoder(level, 4_096);
            Ours ours = new Ours();
            int result = decoder.decode(packet, 0, packet.length, ours);
            String theirs = netty(level, packet);
            if (result == packet.length && ours.text.equals(theirs)) {
                agreed++;
            } else if (result <= 0 && theirs == null) {
                refusedByBoth++;
            } else if (result < 0) {
                // They are more lenient: every case is a rule of ours with a field and a reason.
                explained.merge(
                        decoder.rejection().field() + " " + decoder.rejection().reasonCode(),
                        1,
                        Integer::sum);
            } else {
                assertThat(strictWithoutReason(level, packet))
                        .as(
                                "level %d %s: ours '%s', Netty's '%s'",
                                level, Bytes.hex(packet), ours.text, theirs)
                        .isTrue();
                explained.merge("Netty refuses", 1, Integer::sum);
            }
        }
        assertThat(agreed).isGreaterThan(PACKETS / 10);
        assertThat(refusedByBoth).isPositive();
        assertThat(explained.keySet()).allMatch(DifferentialTest::isARuleOfTheSpecification);
    }

    /** Where Netty refuses what the specification allows. */
    private static boolean strictWithoutReason(int level, byte[] packet) {
        int type = (packet[0] >>> 4) & 0x0F;
        return switch (type) {
            // An answer of 3.1.1 to a CONNECT of 5 has no properties.
            case PacketType.CONNACK -> level == 5 && packet.length == 4;
            // Netty insists on properties behind a Reason Code, and on one in DISCONNECT and AUTH.
            case PacketType.DISCONNECT, PacketType.AUTH -> level == 5;
            default -> false;
        };
    }

    static boolean isARuleOfTheSpecification(String rule) {
        return List.of(
                                "Topic Name",
                                "Packet Identifier",
                                "Reason Code",
                                "Property",
                                "Remaining Length",
                                "Session Present",
                                "Connect Acknowledge Flags",
                                "reserved flags",
                                "packet type",
                                "DUP",
                                "QoS",
                                "Netty refuses")
                        .stream()
                        .anyMatch(rule::startsWith)
                || Arrays.stream(Property.class.getFields())
                        .map(field -> field.getName().replace('_', ' '))
                        .anyMatch(name -> rule.toUpperCase(java.util.Locale.ROOT).startsWith(name));
    }

    /** A packet that a server may send, sound in nine of ten cases. */
    static byte[] packet(Random random, int level) {
        int[] types = {2, 3, 3, 3, 4, 5, 6, 7, 9, 11, 13, 14, 15};
        int type = types[random.nextInt(level == 5 ? types.length : types.length - 2)];
        byte[] properties = level == 5 ? properties(random, type) : new byte[0];
        byte[] identifier = {(byte) random.nextInt(4), (byte) random.nextInt()};
        int first = type << 4 | (type == 6 ? 2 : 0);
        byte[] body =
                switch (type) {
                    case 2 -> Bytes.join(new byte[] {(byte) random.nextInt(2), 0}, properties);
                    case 3 -> {
                        int qos = random.nextInt(3);
                        first |=
                                qos << 1
                                        | random.nextInt(2)
                                        | (qos > 0 ? random.nextInt(2) << 3 : 0);
                        byte[] topic = new byte[1 + random.nextInt(5)];
                        for (int i = 0; i < topic.length; i++) {
                            topic[i] = (byte) ('a' + random.nextInt(26));
                        }
                        byte[] payload = new byte[random.nextInt(5)];
                        random.nextBytes(payload);
                        yield Bytes.join(
                                new byte[] {0, (byte) topic.length},
                                topic,
                                qos > 0 ? identifier : new byte[0],
                                properties,
                                payload);
                    }
                    case 4, 5, 6, 7 ->
                            level == 5 && random.nextBoolean()
                                    ? Bytes.join(
                                            identifier,
                                            new byte[] {(byte) (type < 6 ? 0x10 : 0x92)},
                                            properties)
                                    : identifier;
                    case 9 ->
                            Bytes.join(
                                    identifier, properties, new byte[] {(byte) random.nextInt(3)});
                    case 11 ->
                            level == 5
                                    ? Bytes.join(identifier, properties, new byte[] {0})
                                    : identifier;
                    case 14 -> Bytes.join(new byte[] {(byte) 0x8B}, properties);
                    case 15 -> Bytes.join(new byte[] {0x18}, properties);
                    default -> new byte[0];
                };
        byte[] packet = Bytes.join(new byte[] {(byte) first, (byte) body.length}, body);
        if (random.nextInt(3) == 0 && packet.length > 2) {
            packet[2 + random.nextInt(packet.length - 2)] = (byte) random.nextInt();
        }
        return packet;
    }

    private static byte[] properties(Random random, int type) {
        byte[] all = new byte[0];
        for (int i = random.nextInt(3); i > 0; i--) {
            int identifier = 1 + random.nextInt(0x2A);
            if (PropertyTable.legal(type, identifier) || random.nextInt(20) == 0) {
                String value = PropertyTable.value(identifier);
                if (!value.isEmpty()) {
                    all = Bytes.join(all, new byte[] {(byte) identifier}, Bytes.of(value));
                }
            }
        }
        return Bytes.join(new byte[] {(byte) all.length}, all);
    }
}
