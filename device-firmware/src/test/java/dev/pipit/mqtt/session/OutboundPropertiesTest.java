package dev.pipit.mqtt.session;

import static dev.pipit.mqtt.Packets.connack;
import static dev.pipit.mqtt.Packets.publish;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.mqtt.Normative;
import dev.pipit.mqtt.packet.PublishProperties;
import dev.pipit.mqtt.packet.TopicName;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Properties and Topic Aliases of publishes on their way out. */
final class OutboundPropertiesTest {
    private static final PublishProperties PLAIN_TEXT =
            PublishProperties.builder().contentType("t").build();

    private static void publishNow(Wire wire, String topic, String text, PublishProperties with) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        assertThat(
                        wire.session.publishNow(
                                TopicName.of(topic),
                                payload,
                                0,
                                payload.length,
                                false,
                                with,
                                wire.out))
                .isEqualTo(Session.SENT);
    }

    @Test
    void aPublishTakesItsPropertiesAndWhatIsLeftOfItsLifeAlong() {
        Wire wire = new Wire(5).connected();
        PublishProperties aMinute = PublishProperties.builder().messageExpirySeconds(60).build();
        wire.store.add("a", "x", 1, false, PLAIN_TEXT).add("a", "y", 2, false, aMinute);
        wire.expect(
                "32 0B | 00 01 'a' | 00 01 | 04 03 00 01 't' | 'x'"
                        + "34 0C | 00 01 'a' | 00 02 | 05 02 00 00 00 3C | 'y'");
        publishNow(wire, "a", "z", PLAIN_TEXT);
        publishNow(wire, "a", "z", aMinute);
        wire.expect(
                "30 09 | 00 01 'a' | 04 03 00 01 't' | 'z'"
                        + "30 0A | 00 01 'a' | 05 02 00 00 00 3C | 'z'");
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4})
    void beforeMqtt5PropertiesStayAtHome(int level) {
        Wire wire = new Wire(level).connected();
        wire.store.add("a", "x", 1, false, PLAIN_TEXT);
        wire.expect(publish(level, 0x32, "a", 1, "x"));
        publishNow(wire, "a", "y", PLAIN_TEXT);
        wire.expect(publish(level, 0x30, "a", 0, "y"));
    }

    @Test
    @Normative(
            version = "5.0",
            id = {"3.3.2-7", "3.2.2-18"})
    void anAliasMeansNothingOnTheNextConnection() {
        Wire wire = new Wire(5);
        wire.connect(connack(false, "22 00 02"));
        publishNow(wire, "topic/1", "x", PublishProperties.NONE);
        publishNow(wire, "topic/1", "x", PublishProperties.NONE);
        wire.expect(
                "30 0E | 00 07 'topic/1' | 03 23 00 01 | 'x'"
                        + "30 07 | 00 00 | 03 23 00 01 | 'x'");
        wire.connect(connack(true, "22 00 02"));
        publishNow(wire, "topic/1", "x", PublishProperties.NONE);
        wire.expect("30 0E | 00 07 'topic/1' | 03 23 00 01 | 'x'");
    }

    @Test
    void aTopicNoLongerThanItsAliasWouldBeGetsNone() {
        Wire wire = new Wire(5);
        wire.connect(connack(false, "22 00 02"));
        publishNow(wire, "five5", "", PublishProperties.NONE);
        publishNow(wire, "sixsix", "", PublishProperties.NONE);
        wire.expect("30 08 | 00 05 'five5' | 00" + "30 0C | 00 06 'sixsix' | 03 23 00 01");
    }

    @Test
    @Normative(
            version = "5.0",
            id = {"3.2.2-15"})
    void noAliasIsBegunWhereItWouldMakeThePacketTooLarge() {
        Wire wire = new Wire(5);
        // At most 20 bytes; an alias may cost five.
        wire.connect(connack(false, "22 00 02 27 00 00 00 14"));
        publishNow(wire, "topic/1", "123", PublishProperties.NONE);
        wire.expect("30 10 | 00 07 'topic/1' | 03 23 00 01 | '123'");
        publishNow(wire, "topic/2", "1234", PublishProperties.NONE);
        wire.expect("30 0E | 00 07 'topic/2' | 00 | '1234'");
        // The alias of the publish before it is none of this one's business.
        publishNow(wire, "topic/1", "", PublishProperties.NONE);
        publishNow(wire, "topic/2", "1", PLAIN_TEXT);
        wire.expect(
                "30 06 | 00 00 | 03 23 00 01" + "30 0F | 00 07 'topic/2' | 04 03 00 01 't' | '1'");
    }
}
