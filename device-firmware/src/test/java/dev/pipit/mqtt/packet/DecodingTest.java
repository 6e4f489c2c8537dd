package dev.pipit.mqtt.packet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.mqtt.Normative;
import dev.pipit.testkit.Bytes;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets as they arrive: whole, in pieces, cut, and wrong. */
final class DecodingTest {
    /** {@code -Dpipit.packets=N}: as the differential tests. */
    private static final int ROUNDS = Integer.getInteger("pipit.packets", 300_000);

    private static final String EVERY_PUBLISH_PROPERTY =
            "2A | 01 01 | 02 00 00 00 0A | 03 00 01 't' | 08 00 01 'r' | 09 00 02 01 02 | 0B 05 | 0B C8 01"
                    + "| 23 00 07 | 26 00 01 'k' 00 01 'v' | 26 00 01 'k' 00 01 'w'";

    /** Everything a server sends, and what becomes of it, in MQTT 5. */
    private static final List<String[]> LEGAL_5 =
            List.of(
                    new String[] {"20 03 00 00 00", "CONNACK false 0"},
                    new String[] {"20 03 01 00 00", "CONNACK true 0"},
                    new String[] {"20 09 00 87 06 1F 00 03 'bad'", "CONNACK false 135"},
                    new String[] {"20 02 00 01", "CONNACK false 132"},
                    new String[] {
                        "30 06 | 00 01 'a' | 00 | 'xy'",
                        "PUBLISH a 0 #0 alias 0 expiry -1 false null null null [] [] 78 79"
                    },
                    new String[] {
                        "3D 08 | 00 01 'a' | 01 02 | 00 | 'xy'",
                        "PUBLISH a 2 retain dup #258 alias 0 expiry -1 false null null null [] [] 78 79"
                    },
                    new String[] {
                        "32 31 | 00 01 'a' | 00 05 | " + EVERY_PUBLISH_PROPERTY + "| 'z'",
                        "PUBLISH a 1 #5 alias 7 expiry 10 true t r [1, 2] [UserProperty[name=k, value=v],"
                                + " UserProperty[name=k, value=w]] [5, 200] 7a"
                    },
                    new String[] {
                        "30 06 | 00 00 | 03 23 00 02",
                        "PUBLISH  0 #0 alias 2 expiry -1 false null null null [] [] "
                    },
                    new String[] {"40 02 00 01", "PUBACK 1 0"},
                    new String[] {"40 03 00 01 10", "PUBACK 1 16"},
                    new String[] {"40 0B 00 01 87 07 1F 00 04 'sorr'", "PUBACK 1 135"},
                    new String[] {"50 04 FF FF 00 00", "PUBREC 65535 0"},
                    new String[] {"62 02 00 09", "PUBREL 9 0"},
                    new String[] {"70 03 00 09 92", "PUBCOMP 9 146"},
                    new String[] {"90 04 00 01 00 01", "SUBACK 1 01"},
                    new String[] {
                        "90 0D 00 01 07 26 00 01 'a' 00 01 'b' 02 80 A2", "SUBACK 1 02 80 a2"
                    },
                    new String[] {"B0 05 00 02 00 00 11", "UNSUBACK 2 00 11"},
                    new String[] {"D0 00", "PINGRESP"},
                    new String[] {
                        "E0 00",
                        "ServerDisconnect[reasonCode=0, reasonString=null, serverReference=null]"
                    },
                    new String[] {
                        "E0 01 8E",
                        "ServerDisconnect[reasonCode=142, reasonString=null, serverReference=null]"
                    },
                    new String[] {
                        "E0 0C 9D 0A 1F 00 02 'hm' 1C 00 02 'xy'",
                        "ServerDisconnect[reasonCode=157, reasonString=hm, serverReference=xy]"
                    },
                    new String[] {
                        "F0 0A 18 08 15 00 01 'M' 16 00 01 07",
                        "Auth[authentication goes on (0x18), M] [7] null"
                    },
                    new String[] {"F0 00", "Auth[done (0x00), null] null null"});

    private static final List<String[]> LEGAL_4 =
            List.of(
                    new String[] {"20 02 00 00", "CONNACK false 0"},
                    new String[] {"20 02 01 00", "CONNACK true 0"},
                    new String[] {"20 02 00 05", "CONNACK false 135"},
                    new String[] {
                        "30 05 | 00 01 'a' | 'xy'",
                        "PUBLISH a 0 #0 alias 0 expiry -1 false null null null [] [] 78 79"
                    },
                    new String[] {
                        "35 07 | 00 01 'a' | 01 02 | 'xy'",
                        "PUBLISH a 2 retain #258 alias 0 expiry -1 false null null null [] [] 78 79"
                    },
                    new String[] {"40 02 00 01", "PUBACK 1 0"},
                    new String[] {"50 02 00 01", "PUBREC 1 0"},
                    new String[] {"62 02 00 01", "PUBREL 1 0"},
                    new String[] {"70 02 00 01", "PUBCOMP 1 0"},
                    new String[] {"90 05 00 01 00 02 80", "SUBACK 1 00 02 80"},
                    new String[] {"B0 02 00 01", "UNSUBACK 1 "},
                    new String[] {"D0 00", "PINGRESP"});

    private static List<String[]> legal(int level) {
        return level == 5 ? LEGAL_5 : LEGAL_4;
    }

    @Test
    void theExamplesHoldEveryPacketThatAServerMaySend() {
        for (int level = 4; level <= 5; level++) {
            assertThat(legal(level).stream().map(packet -> Bytes.of(packet[0])[0] >>> 4 & 0x0F))
                    .contains(2, 3, 4, 5, 6, 7, 9, 11, 13);
        }
        assertThat(legal(5).stream().map(packet -> Bytes.of(packet[0])[0] >>> 4 & 0x0F))
                .contains(14, 15);
    }

    @Test
    void everyPacketIsReadWholeByteByByteAndSplitAnywhere() {
        for (int level = 4; level <= 5; level++) {
            for (String[] packet : legal(level)) {
                byte[] bytes = Bytes.of(packet[0]);
                byte[] shifted = Bytes.join(new byte[] {1, 2, 3}, bytes, new byte[] {4});
                Heard heard = new Heard();
                PacketDecoder decoder = new PacketDecoder(level, 1_024);
                assertThat(decoder.decode(shifted, 3, 3 + bytes.length, heard))
                        .as(packet[0])
                        .isEqualTo(bytes.length);
                assertThat(heard.calls).containsExactly(packet[1]);
                // More bytes than the packet's change nothing; fewer wait, wherever the cut is.
                heard.calls.clear();
                for (int cut = 0; cut < bytes.length; cut++) {
                    assertThat(decoder.decode(shifted, 3, 3 + cut, heard))
                            .as(packet[0] + " cut at " + cut)
                            .isZero();
                }
                assertThat(heard.calls).isEmpty();
                assertThat(decoder.decode(shifted, 3, shifted.length, heard))
                        .isEqualTo(bytes.length);
                assertThat(heard.calls).containsExactly(packet[1]);
            }
        }
    }

    /** The Remaining Length says less than the fields need: refused, never read beyond. */
    @Test
    void everyPacketTruncatedInsideIsRefusedOrShorterByItsOpenEnd() {
        for (int level = 4; level <= 5; level++) {
            for (String[] packet : legal(level)) {
                byte[] bytes = Bytes.of(packet[0]);
                for (int length = 0; length < bytes.length - 2; length++) {
                    byte[] cut = Arrays.copyOf(bytes, 2 + length);
                    cut[1] = (byte) length;
                    // What lies behind the packet is poison: an inner length that is believed reads
                    // it.
                    byte[] poisoned = Bytes.join(cut, Bytes.of("FF FF FF FF FF FF FF FF"));
                    Heard heard = new Heard();
                    PacketDecoder decoder = new PacketDecoder(level, 1_024);
                    int result = decoder.decode(poisoned, 0, poisoned.length, heard);
                    if (result > 0) {
                        assertThat(result).isEqualTo(cut.length);
                        assertThat(heard.calls).hasSize(1);
                        assertThat(heard.calls.get(0)).doesNotContain("ff");
                    } else {
                        assertThat(result).as(Bytes.hex(cut)).isNegative();
                        assertThat(decoder.rejection().reasonCode()).isEqualTo(-result);
                        assertThat(decoder.rejection().toString()).contains(", byte ");
                        assertThat(heard.calls).isEmpty();
                    }
                }
            }
        }
    }

    private static Rejection refused(int level, String literal, int reasonCode) {
        byte[] bytes = Bytes.of(literal);
        PacketDecoder decoder = new PacketDecoder(level, 1_024);
        Heard heard = new Heard();
        assertThat(decoder.decode(bytes, 0, bytes.length, heard))
                .as(literal)
                .isEqualTo(-reasonCode);
        assertThat(heard.calls).isEmpty();
        return decoder.rejection();
    }

    @Test
    @Normative(
            version = "3.1.1",
            id = {"2.2.2-2", "4.8.0-1"})
    @Normative(
            version = "5.0",
            id = {"2.1.3-1", "3.14.1-1", "3.15.1-1"})
    void wrongFixedHeaderFlagsAreRefusedFromTheFirstByteOn() {
        for (int type = 0; type < 16; type++) {
            for (int flags = 0; flags < 16; flags++) {
                int first = type << 4 | flags;
                boolean legal =
                        switch (type) {
                            case 2, 4, 5, 7, 9, 11, 13, 14, 15 -> flags == 0;
                            case 6 -> flags == 2;
                            case 3 -> (flags & 6) != 6 && (flags & 0x0E) != 8;
                            default -> false;
                        };
                PacketDecoder decoder = new PacketDecoder(5, 1_024);
                int result = decoder.decode(new byte[] {(byte) first}, 0, 1, new Heard());
                assertThat(result == 0).as("first byte %02x", first).isEqualTo(legal);
                decoder = new PacketDecoder(4, 1_024);
                result = decoder.decode(new byte[] {(byte) first}, 0, 1, new Heard());
                assertThat(result == 0).as("first byte %02x", first).isEqualTo(legal && type < 14);
            }
        }
        assertThat(refused(5, "41 02 00 01", 0x81).toString())
                .isEqualTo(
                        "PUBACK, reserved flags, byte 0: wrong: a packet could not be parsed (0x81)");
    }

    @Test
    @Normative(
            version = "3.1.1",
            id = {"3.3.1-4", "3.3.1-2"})
    @Normative(
            version = "5.0",
            id = {"3.3.1-4", "3.3.1-2"})
    void qos3AndDupAtQos0AreRefused() {
        assertThat(refused(4, "36 07 00 01 'a' 00 01 'x'", 0x81).field()).isEqualTo("QoS");
        assertThat(refused(5, "38 05 00 01 'a' 00 'x'", 0x81).field()).isEqualTo("DUP");
    }

    @Test
    @Normative(
            version = "3.1.1",
            id = {"1.5.3-1", "1.5.3-2", "3.3.2-2", "4.7.3-1", "4.7.1-1"})
    @Normative(
            version = "5.0",
            id = {"1.5.4-1", "1.5.4-2", "3.3.2-2", "4.7.3-1", "4.7.0-1", "3.3.2-14"})
    void badTopicsAreRefused() {
        for (int level = 4; level <= 5; level++) {
            String properties = level == 5 ? "00" : "";
            int more = level - 4;
            assertThat(
                            refused(level, "30 0" + (3 + more) + " 00 01 00 " + properties, 0x81)
                                    .field())
                    .isEqualTo("Topic Name");
            assertThat(
                            refused(
                                            level,
                                            "30 0" + (5 + more) + " 00 03 ED A0 80" + properties,
                                            0x81)
                                    .offset())
                    .isEqualTo(2);
            refused(level, "30 0" + (4 + more) + " 00 02 C0 80" + properties, 0x81);
            refused(level, "30 0" + (3 + more) + " 00 01 '#'" + properties, 0x90);
            refused(level, "30 0" + (5 + more) + " 00 03 'a/+'" + properties, 0x90);
            refused(level, "30 0" + (3 + more) + " 00 05 'a'" + properties, 0x81);
        }
        refused(4, "30 02 00 00", 0x90);
        refused(5, "30 03 00 00 00", 0x82);
        refused(5, "30 0A 00 01 'a' 06 08 00 03 'a/+'", 0x82);
        refused(5, "30 07 00 01 'a' 03 08 00 00", 0x82);
    }

    @Test
    @Normative(
            version = "3.1.1",
            id = {"2.3.1-1"})
    @Normative(
            version = "5.0",
            id = {"2.2.1-3"})
    void packetIdentifierZeroIsRefused() {
        for (String packet :
                List.of(
                        "32 05 00 01 'a' 00 00",
                        "40 02 00 00",
                        "50 02 00 00",
                        "62 02 00 00",
                        "70 02 00 00",
                        "90 03 00 00 00",
                        "B0 02 00 00")) {
            assertThat(refused(4, packet, 0x82).field()).isEqualTo("Packet Identifier");
        }
    }

    @Test
    void remainingLengthIsBounded() {
        assertThat(refused(4, "30 80 80 80 80 01", 0x81).field()).isEqualTo("Remaining Length");
        refused(4, "30 83 00 00 01 'a'", 0x81);
        refused(4, "30 FF FF FF 7F", 0x95);
        refused(5, "30 80 08", 0x95);
        byte[] largest = new byte[1_024];
        byte[] header = Bytes.of("30 FD 07 00 01 'a'");
        System.arraycopy(header, 0, largest, 0, header.length);
        assertThat(new PacketDecoder(4, 1_024).decode(largest, 0, 1_024, new Heard()))
                .isEqualTo(1_024);
        largest[1]++;
        assertThat(new PacketDecoder(4, 1_024).decode(largest, 0, 1_024, new Heard()))
                .isEqualTo(-0x95);
    }

    @Test
    void emptyAndOverfullAnswersAreRefused() {
        refused(4, "90 02 00 01", 0x81);
        refused(5, "90 03 00 01 00", 0x81);
        refused(5, "B0 03 00 01 00", 0x81);
        refused(4, "B0 03 00 01 00", 0x81);
        refused(4, "90 03 00 01 03", 0x82);
        refused(4, "40 03 00 01 00", 0x81);
        refused(4, "D0 01 00", 0x81);
        refused(4, "20 03 00 00 00", 0x81);
        refused(4, "20 02 02 00", 0x81);
        refused(4, "20 02 00 06", 0x82);
        refused(4, "20 02 01 05", 0x82);
        refused(5, "20 03 01 87 00", 0x82);
        refused(5, "20 02 00 00", 0x81);
        refused(5, "20 04 00 00 00 00", 0x81);
        refused(5, "40 05 00 01 00 00 00", 0x81);
        refused(5, "32 06 00 01 'a' 00 01 80", 0x81);
        refused(5, "32 07 00 01 'a' 00 01 80 00", 0x81);
        refused(5, "32 06 00 01 'a' 00 01 01", 0x81);
    }

    @Test
    @Normative(
            version = "5.0",
            id = {"3.4.2-1", "3.5.2-1", "3.6.2-1", "3.7.2-1", "3.14.2-1", "3.15.2-1"})
    void onlyTheListedReasonCodesPass() {
        String[] legal = new String[16];
        legal[2] = "00 80 81 82 83 84 85 86 87 88 89 8A 8C 90 95 97 99 9A 9B 9C 9D 9F";
        legal[4] = "00 10 80 83 87 90 91 97 99";
        legal[5] = legal[4];
        legal[6] = "00 92";
        legal[7] = "00 92";
        legal[9] = "00 01 02 80 83 87 8F 91 97 9E A1 A2";
        legal[11] = "00 11 80 83 87 8F 91";
        legal[14] =
                "00 80 81 82 83 87 89 8B 8D 8E 8F 90 93 94 95 96 97 98 99 9A 9B 9C 9D 9E 9F A0 A1 A2";
        legal[15] = "00 18";
        for (int type : new int[] {2, 4, 5, 6, 7, 9, 11, 14, 15}) {
            for (int code = 0; code < 256; code++) {
                String hex = String.format("%02X", code);
                String packet =
                        switch (type) {
                            case 2 -> "20 03 00 " + hex + " 00";
                            case 9, 11 -> (type == 9 ? "90" : "B0") + " 04 00 01 00 " + hex;
                            case 14, 15 -> (type == 14 ? "E0" : "F0") + " 01 " + hex;
                            default -> type + (type == 6 ? "2" : "0") + " 03 00 01 " + hex;
                        };
                byte[] bytes = Bytes.of(packet);
                int result =
                        new PacketDecoder(5, 1_024).decode(bytes, 0, bytes.length, new Heard());
                assertThat(result)
                        .as(packet)
                        .isEqualTo(
                                List.of(legal[type].split(" ")).contains(hex)
                                        ? bytes.length
                                        : -0x82);
            }
        }
    }

    /** Each property in each packet: allowed or not, twice, short, and with values out of range. */
    @Test
    void everyPropertyInEveryPacket() {
        for (int type : new int[] {2, 3, 4, 5, 6, 7, 9, 11, 14, 15}) {
            for (int identifier = 0; identifier < 256; identifier++) {
                String value = PropertyTable.value(identifier);
                boolean legal = PropertyTable.legal(type, identifier);
                String property = value.isEmpty() ? "" : String.format("%02X ", identifier) + value;
                if (value.isEmpty()) {
                    expect(type, String.format("%02X", identifier) + " 00", -0x81);
                    continue;
                }
                expect(type, property, legal ? 1 : -0x82);
                if (!legal) {
                    continue;
                }
                boolean repeatable = identifier == 0x26 || (identifier == 0x0B && type == 3);
                expect(type, property + property, repeatable ? 1 : -0x82);
                byte[] whole = Bytes.of(property);
                for (int cut = 1; cut < whole.length; cut++) {
                    expect(type, Bytes.hex(Arrays.copyOf(whole, cut)), -0x81);
                }
                for (String bad : PropertyTable.badValues(identifier)) {
                    byte[] bytes = Bytes.of(String.format("%02X ", identifier) + bad);
                    int result = decodeWith(type, bytes);
                    assertThat(result)
                            .as("type %d property %s", type, Bytes.hex(bytes))
                            .isNegative();
                }
            }
        }
    }

    private static void expect(int type, String properties, int result) {
        int actual = decodeWith(type, Bytes.of(properties));
        assertThat(actual > 0 ? 1 : actual)
                .as("type %d properties %s", type, properties)
                .isEqualTo(result);
    }

    private static int decodeWith(int type, byte[] properties) {
        byte[] length = {(byte) properties.length};
        byte[] body =
                switch (type) {
                    case 2 -> Bytes.join(Bytes.of("00 00"), length, properties);
                    case 3 ->
                            Bytes.join(Bytes.of("00 01 'a'"), length, properties, Bytes.of("'x'"));
                    case 9, 11 -> Bytes.join(Bytes.of("00 01"), length, properties, Bytes.of("00"));
                    case 14, 15 -> Bytes.join(Bytes.of("00"), length, properties);
                    default -> Bytes.join(Bytes.of("00 01 00"), length, properties);
                };
        byte[] packet =
                Bytes.join(
                        new byte[] {(byte) (type << 4 | (type == 6 ? 2 : 0)), (byte) body.length},
                        body);
        return new PacketDecoder(5, 1_024).decode(packet, 0, packet.length, new Heard());
    }

    @Test
    void connackTellsWhatTheServerOffers() {
        byte[] bytes =
                Bytes.of(
                        "20 45 01 00 42"
                                + "| 11 00 00 00 3C | 12 00 02 'id' | 13 00 05 | 15 00 01 'M' | 16 00 01 07"
                                + "| 1A 00 01 'i' | 1C 00 01 's' | 1F 00 02 'ok' | 21 00 14 | 22 00 0A | 24 01 | 25 00"
                                + "| 26 00 01 'k' 00 01 'v' | 27 00 00 10 00 | 28 00 | 29 00 | 2A 00");
        bytes[1] = (byte) (bytes.length - 2);
        bytes[4] = (byte) (bytes.length - 5);
        Heard heard = new Heard();
        assertThat(new PacketDecoder(5, 1_024).decode(bytes, 0, bytes.length, heard))
                .isEqualTo(bytes.length);
        assertThat(heard.connack)
                .isEqualTo(
                        new Connack(
                                true,
                                0,
                                60,
                                20,
                                1,
                                false,
                                4_096,
                                "id",
                                10,
                                "ok",
                                false,
                                false,
                                false,
                                5,
                                "i",
                                "s",
                                new Auth(0, "M", new byte[] {7}, null)));
    }

    @Test
    void theHandlersReasonCodeEndsTheConnection() {
        Heard heard = new Heard();
        heard.answer = 0x93;
        PacketDecoder decoder = new PacketDecoder(5, 1_024);
        assertThat(decoder.decode(Bytes.of("D0 00"), 0, 2, heard)).isEqualTo(-0x93);
        assertThat(decoder.rejection().reasonCode()).isZero();
    }

    @Test
    void mqtt31LeavesReservedBitsUnused() {
        Heard heard = new Heard();
        PacketDecoder decoder = new PacketDecoder(3, 1_024);
        assertThat(decoder.decode(Bytes.of("41 02 00 01"), 0, 4, heard)).isEqualTo(4);
        assertThat(decoder.decode(Bytes.of("20 02 01 00"), 0, 4, heard)).isEqualTo(4);
        assertThat(heard.calls).containsExactly("PUBACK 1 0", "CONNACK false 0");
    }

    /**
     * Section 2.2 of 3.1.1, 2.1 of 5.0; MQTT 3.1 does not look at the bits that it leaves unused.
     */
    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    void everyFirstByteThatAServerMaySendIsAcceptedAndNoOther(int level) {
        PacketDecoder decoder = new PacketDecoder(level, 1_024);
        for (int first = 0; first < 256; first++) {
            int flags = first & 0x0F;
            int qos = (flags >> 1) & 3;
            boolean legal =
                    switch (first >> 4) {
                        case 2, 4, 5, 7, 9, 11, 13 -> level == 3 || flags == 0;
                        case 6 -> level == 3 || flags == 2;
                        case 3 -> qos < 3 && (qos > 0 || (flags & 8) == 0);
                        case 14, 15 -> level == 5 && flags == 0;
                        default -> false;
                    };
            int result = decoder.decode(new byte[] {(byte) first}, 0, 1, new Heard());
            assertThat(result == 0).as("0x%02X", first).isEqualTo(legal);
        }
    }

    @Test
    void aTopicIsCheckedInEveryMessage() {
        PacketDecoder decoder = new PacketDecoder(5, 4_096);
        Heard heard = new Heard();
        byte[] good = Bytes.of("30 06 | 00 03 'a/b' | 00");
        byte[] wildcard = Bytes.of("30 06 | 00 03 'a/#' | 00");
        byte[] alias = Bytes.of("30 06 | 00 00 | 03 23 00 01");
        byte[] empty = Bytes.of("30 03 | 00 00 | 00");
        for (int i = 0; i < 2; i++) {
            assertThat(decoder.decode(good, 0, 8, heard)).isEqualTo(8);
            assertThat(decoder.decode(good, 0, 8, heard)).isEqualTo(8);
            assertThat(decoder.decode(wildcard, 0, 8, heard))
                    .isEqualTo(-ReasonCode.TOPIC_NAME_INVALID);
            assertThat(decoder.decode(alias, 0, 8, heard)).isEqualTo(8);
            assertThat(decoder.decode(empty, 0, 5, heard)).isEqualTo(-ReasonCode.PROTOCOL_ERROR);
        }
        String name = "'" + "x".repeat(129) + "'";
        byte[] lengthy = Bytes.of("30 84 01 | 00 81 " + name + " | 00");
        assertThat(decoder.decode(lengthy, 0, lengthy.length, heard)).isEqualTo(lengthy.length);
        assertThat(decoder.decode(good, 0, 8, heard)).isEqualTo(8);
    }

    /** Random bytes and random damage to good packets: an answer always, an exception never. */
    @Test
    void noBytesBringTheDecoderDown() {
        Random random = new Random(7);
        byte[] poison = new byte[256];
        for (int round = 0; round < ROUNDS; round++) {
            int level = 3 + random.nextInt(3);
            List<String[]> legal = legal(level);
            byte[] bytes = Bytes.of(legal.get(random.nextInt(legal.size()))[0]);
            int damage = 1 + random.nextInt(3);
            for (int i = 0; i < damage; i++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            System.arraycopy(bytes, 0, poison, 0, bytes.length);
            int limit = bytes.length + random.nextInt(8);
            PacketDecoder decoder = new PacketDecoder(level, 128);
            int result = decoder.decode(poison, 0, limit, new Heard());
            assertThat(result).isLessThanOrEqualTo(limit);
        }
    }
}
