package dev.pipit.mqtt.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pipit.mqtt.Normative;
import dev.pipit.testkit.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Strings, topics and filters: what the wire may carry, and what the client refuses to send. */
final class StringsTest {
    private static boolean wellFormed(String literal) {
        byte[] bytes = Bytes.of(literal);
        return Utf8.wellFormed(bytes, 0, bytes.length);
    }

    @Test
    @Normative(
            version = "3.1.1",
            id = {"1.5.3-1", "1.5.3-2"})
    @Normative(
            version = "5.0",
            id = {"1.5.4-1", "1.5.4-2"})
    void badUtf8IsRecognised() {
        assertThat(wellFormed("'a' C2 A2 E2 82 AC F0 9F 8C B1")).isTrue();
        assertThat(wellFormed("'a' 00 'b'")).as("NUL").isFalse();
        assertThat(wellFormed("C0 80")).as("NUL, overlong").isFalse();
        assertThat(wellFormed("C1 BF")).as("overlong").isFalse();
        assertThat(wellFormed("E0 9F BF")).as("overlong").isFalse();
        assertThat(wellFormed("F0 8F BF BF")).as("overlong").isFalse();
        assertThat(wellFormed("ED A0 80")).as("surrogate U+D800").isFalse();
        assertThat(wellFormed("ED BF BF")).as("surrogate U+DFFF").isFalse();
        assertThat(wellFormed("ED 9F BF")).as("U+D7FF").isTrue();
        assertThat(wellFormed("EE 80 80")).as("U+E000").isTrue();
        assertThat(wellFormed("F4 8F BF BF")).as("U+10FFFF").isTrue();
        assertThat(wellFormed("F4 90 80 80")).as("above U+10FFFF").isFalse();
        assertThat(wellFormed("F5 80 80 80")).isFalse();
        assertThat(wellFormed("80")).as("continuation alone").isFalse();
        assertThat(wellFormed("E2 82")).as("cut").isFalse();
        assertThat(wellFormed("E2 82 'a'")).as("cut").isFalse();
        assertThat(wellFormed("F0 9F 8C")).as("cut").isFalse();
    }

    @Test
    void agreesWithTheRuntimesOwnDecoderOnRandomBytes() {
        Random random = new Random(4);
        byte[] interesting =
                Bytes.of("01 7F 80 BF C0 C2 DF E0 E2 ED EF F0 F1 F4 F5 FF A0 9F 8F 90");
        for (int round = 0; round < 200_000; round++) {
            byte[] bytes = new byte[random.nextInt(6)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = interesting[random.nextInt(interesting.length)];
            }
            boolean expected;
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
                expected = true;
            } catch (CharacterCodingException e) {
                expected = false;
            }
            assertThat(Utf8.wellFormed(bytes, 0, bytes.length))
                    .as(Bytes.hex(bytes))
                    .isEqualTo(expected);
        }
    }

    /** Topics are checked eight bytes at a time. */
    @Test
    void everyByteAtEveryPlaceOfATopicIsChecked() {
        assertThat(Utf8.topicName(new byte[4], 2, 0)).isEqualTo(Utf8.NO_TOPIC_NAME);
        for (int length = 1; length <= 34; length++) {
            byte[] bytes = new byte[length + 4];
            for (int place = 0; place < length; place++) {
                for (int value = -128; value < 128; value++) {
                    // Around the topic: what must not stand in it.
                    Arrays.fill(bytes, (byte) '#');
                    Arrays.fill(bytes, 2, length + 2, (byte) 'a');
                    bytes[2 + place] = (byte) value;
                    int expected =
                            value <= 0
                                    ? Utf8.MALFORMED
                                    : value == '#' || value == '+' ? Utf8.NO_TOPIC_NAME : Utf8.FINE;
                    assertThat(Utf8.topicName(bytes, 2, length)).isEqualTo(expected);
                }
            }
            for (int place = 0; place + 2 <= length; place++) {
                Arrays.fill(bytes, 2, length + 2, (byte) 'a');
                bytes[2 + place] = (byte) 0xC3;
                bytes[3 + place] = (byte) 0xBC;
                assertThat(Utf8.topicName(bytes, 2, length)).isEqualTo(Utf8.FINE);
                if (length > 2) {
                    bytes[2 + (place + 2) % length] = '+';
                    assertThat(Utf8.topicName(bytes, 2, length)).isEqualTo(Utf8.NO_TOPIC_NAME);
                }
            }
        }
    }

    @Test
    @Normative(
            version = "3.1.1",
            id = {"1.5.3-3"})
    @Normative(
            version = "5.0",
            id = {"1.5.4-3"})
    void aByteOrderMarkIsAnOrdinaryCharacter() {
        TopicName topic = TopicName.of("\uFEFFa");
        byte[] bytes = new byte[topic.length()];
        topic.copyTo(bytes, 0);
        assertThat(bytes).isEqualTo(Bytes.of("EF BB BF 'a'"));
        assertThat(Utf8.wellFormed(bytes, 0, bytes.length)).isTrue();
        InboundPublish message = new InboundPublish();
        message.resolveTopic(bytes, bytes.length);
        assertThat(message.topic()).isEqualTo("\uFEFFa");
    }

    @Test
    @Normative(
            version = "3.1.1",
            id = {"1.5.3-1", "1.5.3-2", "4.7.3-2", "3.3.2-1"})
    @Normative(
            version = "5.0",
            id = {"1.5.4-1", "1.5.4-2", "4.7.3-2", "3.3.2-1", "3.3.2-13", "3.3.2-19"})
    void stringsThatTheWireCannotCarryAreRefused() {
        for (String bad : new String[] {"a\u0000b", "a\uD83C", "\uDF31a", "\uD83Ca"}) {
            assertThatThrownBy(() -> TopicName.of(bad))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> Subscribe.check(bad))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> PublishProperties.builder().contentType(bad))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new Connect().clientIdentifier(bad).encode())
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new Connect().userName(bad).encode())
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(TopicName.of("\uD83C\uDF31").length()).isEqualTo(4);
    }

    @Test
    @Normative(
            version = "5.0",
            id = {"1.5.7-1"})
    void bothHalvesOfAUserPropertyAreStrings() {
        assertThatThrownBy(() -> new UserProperty("a\u0000", "b"))
                .hasMessageContaining("name of a User Property");
        assertThatThrownBy(() -> new UserProperty("a", "\uD83C"))
                .hasMessageContaining("value of the User Property a");
        assertThat(new UserProperty("", "").name()).isEmpty();
    }

    @Test
    @Normative(
            version = "3.1.1",
            id = {"4.7.3-1", "4.7.3-3"})
    @Normative(
            version = "5.0",
            id = {"4.7.3-1", "4.7.3-3"})
    void topicsAndFiltersHaveOneCharacterToSixtyFiveThousandBytes() {
        assertThatThrownBy(() -> TopicName.of("")).hasMessageContaining("at least one character");
        assertThatThrownBy(() -> Subscribe.check(""))
                .hasMessageContaining("at least one character");
        String longest = "x".repeat(65_535);
        assertThat(TopicName.of(longest).length()).isEqualTo(65_535);
        Subscribe.check(longest);
        assertThatThrownBy(() -> TopicName.of(longest + "x")).hasMessageContaining("at most 65535");
        assertThatThrownBy(() -> Subscribe.check("é".repeat(32_768)))
                .hasMessageContaining("at most 65535");
    }

    @ParameterizedTest
    @ValueSource(strings = {"+", "a/+", "#", "a/#", "a+", "a#b"})
    @Normative(
            version = "3.1.1",
            id = {"3.3.2-2", "4.7.1-1"})
    @Normative(
            version = "5.0",
            id = {"3.3.2-2", "3.3.2-14", "4.7.0-1"})
    void aTopicNameHasNoWildcard(String topic) {
        assertThatThrownBy(() -> TopicName.of(topic)).hasMessageContaining("wildcard");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "/",
                "//",
                "+",
                "#",
                "a/#",
                "+/+",
                "/+",
                "+/#",
                "a/+/b",
                "$SYS/#",
                " ",
                "a b",
                "$share/g/a",
                "$share/g/+/#",
                "$share/g//",
                "$shared",
                "$shareX/a"
            })
    @Normative(
            version = "3.1.1",
            id = {"4.7.1-2", "4.7.1-3"})
    @Normative(
            version = "5.0",
            id = {"4.7.1-1", "4.7.1-2", "4.8.2-1", "4.8.2-2"})
    void filtersThatAreLegal(String filter) {
        Subscribe.check(filter);
        assertThat(Subscribe.isShared(filter)).isEqualTo(filter.startsWith("$share/"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a#",
                "#/a",
                "a/#/b",
                "##",
                "a+",
                "+a",
                "a/+b",
                "++",
                "a/b+/c",
                "$share",
                "$share/",
                "$share//a",
                "$share/g",
                "$share/g/",
                "$share/g+/a",
                "$share/#/a",
                "$share/g/a#"
            })
    @Normative(
            version = "3.1.1",
            id = {"4.7.1-2", "4.7.1-3"})
    @Normative(
            version = "5.0",
            id = {"4.7.1-1", "4.7.1-2", "4.8.2-1", "4.8.2-2"})
    void filtersThatAreNot(String filter) {
        assertThatThrownBy(() -> Subscribe.check(filter))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + filter + "'");
    }

    @Test
    @Normative(
            version = "5.0",
            id = {"1.5.5-1"})
    void variableByteIntegersTakeTheFewestBytes() {
        int[] values = {0, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455};
        String[] bytes = {
            "00", "7F", "80 01", "FF 7F", "80 80 01", "FF FF 7F", "80 80 80 01", "FF FF FF 7F"
        };
        byte[] into = new byte[4];
        for (int i = 0; i < values.length; i++) {
            int end = VariableByteInteger.write(into, 0, values[i]);
            byte[] expected = Bytes.of(bytes[i]);
            assertThat(java.util.Arrays.copyOf(into, end)).isEqualTo(expected);
            assertThat(VariableByteInteger.size(values[i])).isEqualTo(end);
            long read = VariableByteInteger.read(expected, 0, expected.length);
            assertThat((int) read).isEqualTo(values[i]);
            assertThat((int) (read >>> 32)).isEqualTo(end);
            for (int cut = 0; cut < end; cut++) {
                assertThat(VariableByteInteger.read(expected, 0, cut))
                        .isEqualTo(VariableByteInteger.INCOMPLETE);
            }
        }
        for (String bad :
                new String[] {
                    "80 00", "FF 80 00", "80 80 80 00", "FF FF FF FF 7F", "80 80 80 80 01"
                }) {
            assertThat(VariableByteInteger.read(Bytes.of(bad), 0, Bytes.of(bad).length))
                    .as(bad)
                    .isEqualTo(VariableByteInteger.MALFORMED);
        }
    }
}
