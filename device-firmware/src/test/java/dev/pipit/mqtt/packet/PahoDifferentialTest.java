package dev.pipit.mqtt.packet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.testkit.Bytes;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.eclipse.paho.mqttv5.common.packet.MqttConnAck;
import org.eclipse.paho.mqttv5.common.packet.MqttPublish;
import org.eclipse.paho.mqttv5.common.packet.MqttWireMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The same random packets to our decoder and to Paho's two, for 3.1.1 and for 5: where both accept,
 * both read the same; where only one does, the reason is one of those explained here. {@code
 * -Dpipit.packets=N} runs more.
 */
final class PahoDifferentialTest {
    private static final int PACKETS = Integer.getInteger("pipit.packets", 150_000);

    private static final Set<String> MISSING =
            Set.of("CONNACK 99", "CONNACK 9B", "PUBACK 91", "SUBACK 97", "SUBACK A1", "SUBACK A2");

    private static @Nullable String paho5(byte[] packet) {
        try {
            MqttWireMessage message = MqttWireMessage.createWireMessage(packet);
            String name = PacketType.name(packet[0] >>> 4 & 0x0F);
            return switch (message) {
                case MqttPublish publish ->
                        "PUBLISH "
                                + publish.getTopicName()
                                + " "
                                + publish.getMessage().getQos()
                                + " "
                                + publish.getMessage().isRetained()
                                + publish.getMessage().isDuplicate()
                                + " #"
                                + publish.getMessageId()
                                + " "
                                + Bytes.hex(publish.getPayload());
                case MqttConnAck connack -> "CONNACK " + connack.getSessionPresent();
                default ->
                        switch (packet[0] >>> 4 & 0x0F) {
                            case 4, 5, 6, 7, 9, 11 -> name + " " + message.getMessageId();
                            default -> name;
                        };
            };
        } catch (Exception e) {
            return null;
        }
    }

    private static @Nullable String paho3(byte[] packet) {
        try {
            var message =
                    org.eclipse.paho.client.mqttv3.internal.wire.MqttWireMessage.createWireMessage(
                            packet);
            String name = PacketType.name(packet[0] >>> 4 & 0x0F);
            return switch (message) {
                case org.eclipse.paho.client.mqttv3.internal.wire.MqttPublish publish ->
                        "PUBLISH "
                                + publish.getTopicName()
                                + " "
                                + publish.getMessage().getQos()
                                + " "
                                + publish.getMessage().isRetained()
                                + publish.getMessage().isDuplicate()
                                + " #"
                                + publish.getMessageId()
                                + " "
                                + Bytes.hex(publish.getPayload());
                case org.eclipse.paho.client.mqttv3.internal.wire.MqttConnack connack ->
                        "CONNACK " + connack.getSessionPresent();
                default ->
                        switch (packet[0] >>> 4 & 0x0F) {
                            case 4, 5, 6, 7, 9, 11 -> name + " " + message.getMessageId();
                            default -> name;
                        };
            };
        } catch (Exception e) {
            return null;
        }
    }

    @Test
    void agreesWithPahoOrHasAReason() {
        Random random = new Random(12);
        Map<String, Integer> explained = new TreeMap<>();
        int agreed = 0;
        int refusedByBoth = 0;
        for (int i = 0; i < PACKETS; i++) {
            int level = 4 + (i & 1);
            byte[] packet = DifferentialTest.packet(random, level);
            PacketDecoder decoder = new PacketDecoder(level, 4_096);
            DifferentialTest.Ours ours = new DifferentialTest.Ours();
            int result = decoder.decode(packet, 0, packet.length, ours);
            String theirs = level == 5 ? paho5(packet) : paho3(packet);
            if (result == packet.length && comparable(level, ours.text).equals(theirs)) {
                agreed++;
            } else if (result <= 0 && theirs == null) {
                refusedByBoth++;
            } else if (result < 0) {
                // Paho is more lenient: every case is a rule of ours with a field and a reason.
                explained.merge(
                        decoder.rejection().field() + " " + decoder.rejection().reasonCode(),
                        1,
                        Integer::sum);
            } else {
                assertThat(
                                theirs == null
                                        && (holdsAControlCharacter(packet)
                                                || unknownToPaho(level, packet)))
                        .as(
                                "level %d %s: ours '%s', Paho's '%s'",
                                level, Bytes.hex(packet), ours.text, theirs)
                        .isTrue();
            }
        }
        assertThat(agreed).isGreaterThan(PACKETS / 2);
        assertThat(refusedByBoth).isPositive();
        assertThat(explained.keySet())
                .allMatch(DifferentialTest::isARuleOfTheSpecification)
                .isNotEmpty();
    }

    /** Legal Reason Codes of MQTT 5 that Paho's lists leave out, {@code type code}. */
    private static Set<String> unknownReasonCodes() {
        Set<String> unknown = new TreeSet<>();
        for (int type : new int[] {2, 4, 5, 6, 7, 9, 11, 14, 15}) {
            for (int code = 0; code < 256; code++) {
                byte[] packet = withReasonCode(type, code);
                boolean legal =
                        new PacketDecoder(5, 4_096)
                                        .decode(
                                                packet,
                                                0,
                                                packet.length,
                                                new DifferentialTest.Ours())
                                > 0;
                if (legal && paho5(packet) == null) {
                    unknown.add(PacketType.name(type) + String.format(Locale.ROOT, " %02X", code));
                }
            }
        }
        return unknown;
    }

    private static byte[] withReasonCode(int type, int code) {
        return Bytes.of(
                String.format(
                        Locale.ROOT,
                        switch (type) {
                            case 2 -> "20 03 00 %02X 00";
                            case 9 -> "90 04 00 01 00 %02X";
                            case 11 -> "B0 04 00 01 00 %02X";
                            case 14 -> "E0 02 %02X 00";
                            case 15 -> "F0 02 %02X 00";
                            default ->
                                    String.format(
                                            "%X%s 04 00 01 %%02X 00", type, type == 6 ? "2" : "0");
                        },
                        code));
    }

    @Test
    void pahoKnowsFewerReasonCodes() {
        assertThat(unknownReasonCodes()).containsExactlyInAnyOrder(MISSING.toArray(String[]::new));
    }

    private static boolean unknownToPaho(int level, byte[] packet) {
        int type = packet[0] >>> 4 & 0x0F;
        int at =
                switch (type) {
                    case PacketType.CONNACK -> 3;
                    case PacketType.SUBACK, PacketType.UNSUBACK -> packet.length - 1;
                    case PacketType.DISCONNECT, PacketType.AUTH -> 2;
                    default -> 4;
                };
        return level == 5
                && at < packet.length
                && MISSING.contains(
                        PacketType.name(type)
                                + String.format(Locale.ROOT, " %02X", packet[at] & 0xFF));
    }

    /** Paho's MQTT 5 reads DUP and forgets it. */
    private static String comparable(int level, String ours) {
        return level == 5
                ? ours.replace("truetrue #", "truefalse #").replace("falsetrue #", "falsefalse #")
                : ours;
    }

    /**
     * U+0001 to U+001F or U+007F in a string: the specification lets a receiver refuse them
     * (section 1.5.4), Paho does, we do not. Strings here have at most five characters, so their
     * length is 00 0n.
     */
    private static boolean holdsAControlCharacter(byte[] packet) {
        for (int at = 2; at + 2 < packet.length; at++) {
            int length = packet[at] == 0 ? packet[at + 1] : 0;
            for (int i = at + 2; i < Math.min(at + 2 + length, packet.length); i++) {
                if ((packet[i] > 0 && packet[i] < 0x20) || packet[i] == 0x7F) {
                    return true;
                }
            }
        }
        return false;
    }
}
