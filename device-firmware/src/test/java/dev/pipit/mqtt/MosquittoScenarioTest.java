package dev.pipit.mqtt;

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

import dev.pipit.mqtt.Scenario.Cut;
import dev.pipit.mqtt.packet.PublishProperties;
import dev.pipit.mqtt.packet.Qos;
import dev.pipit.mqtt.packet.TopicName;
import dev.pipit.mqtt.packet.Will;
import dev.pipit.testkit.Bytes;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What mosquitto tests of its client library (its {@code test/lib}, 2.0 and develop), by the names
 * it has there: each played as written and with TCP cut at and within each step, or shown by
 * another test, or not applicable for the reason given.
 */
final class MosquittoScenarioTest {
    private static final String NOT = "does not apply: ";

    /** Shown by these tests of this package instead. */
    private static final Map<String, String> ELSEWHERE =
            new TreeMap<>(
                    Map.ofEntries(
                            Map.entry(
                                    "01-extended-auth-continue",
                                    "AuthenticationTest.theServersChallengeIsAnsweredAndACutBeginsAnew"),
                            Map.entry(
                                    "01-extended-auth-failure",
                                    "AuthenticationTest.aRefusalAfterTheChallengeIsTold"),
                            Map.entry(
                                    "01-keepalive-pingreq",
                                    "ScriptedTest.pingsWhenIdleAndNoticesSilence"),
                            Map.entry(
                                    "01-server-keepalive-pingreq",
                                    "AuthenticationTest.theServersKeepAliveIsObeyed"),
                            Map.entry(
                                    "03-publish-loop",
                                    "ScriptedTest.answerAndAcknowledgementLeaveInOneWriteAfterTheHandlerReturned"),
                            Map.entry(
                                    "08-ssl-bad-cacert", "TlsTest.whatIsNoKeyOrCertificateIsNamed"),
                            Map.entry(
                                    "08-ssl-connect-cert-auth",
                                    "TlsTest.aClientCertificateOpensTheDoorAndIsReadAgainForEachConnection"),
                            Map.entry(
                                    "08-ssl-connect-cert-auth-enc",
                                    "TlsTest.whatIsNoKeyOrCertificateIsNamed"),
                            Map.entry(
                                    "08-ssl-connect-no-auth",
                                    "TlsTest.aGoodCertificateIsAcceptedByNameAndByAddress"),
                            Map.entry("08-ssl-connect-san", "TlsTest.anotherNameIsRefused"),
                            Map.entry(
                                    "08-ssl-fake-cacert",
                                    "TlsTest.aCertificateOfAnotherAuthorityIsRefused"),
                            Map.entry(
                                    "01-pre-connect-callback",
                                    NOT + "everything is set before build()"),
                            Map.entry(
                                    "02-subscribe-helper-qos2",
                                    NOT + "there are no one-call helpers that wait"),
                            Map.entry(
                                    "02-unsubscribe-multiple-v5",
                                    NOT + "an UNSUBSCRIBE names one filter here"),
                            Map.entry(
                                    "03-publish-c2b-qos1-timeout",
                                    NOT
                                            + "resending without a reconnect is forbidden [MQTT-4.4.0-1]"),
                            Map.entry(
                                    "03-publish-c2b-qos2-timeout",
                                    NOT
                                            + "resending without a reconnect is forbidden [MQTT-4.4.0-1]"),
                            Map.entry(
                                    "03-publish-helper-multiple-disconnect",
                                    NOT + "there are no one-call helpers that wait"),
                            Map.entry(
                                    "09-util-topic-tokenise",
                                    NOT + "the client offers no function that splits topics")));

    /** Every file of mosquitto's {@code test/lib} that is a test, of 2.0 and of develop. */
    private static final List<String> NAMES =
            List.of(
                    "01-con-discon-success",
                    "01-con-discon-success-v5",
                    "01-con-discon-will",
                    "01-con-discon-will-clear",
                    "01-con-discon-will-v5",
                    "01-extended-auth-continue",
                    "01-extended-auth-failure",
                    "01-keepalive-pingreq",
                    "01-no-clean-session",
                    "01-pre-connect-callback",
                    "01-server-keepalive-pingreq",
                    "01-unpwd-set",
                    "01-will-set",
                    "01-will-unpwd-set",
                    "02-subscribe-helper-qos2",
                    "02-subscribe-qos0",
                    "02-subscribe-qos1",
                    "02-subscribe-qos2",
                    "02-unsubscribe",
                    "02-unsubscribe-multiple-v5",
                    "02-unsubscribe-v5",
                    "03-publish-b2c-qos1",
                    "03-publish-b2c-qos1-unexpected-puback",
                    "03-publish-b2c-qos2",
                    "03-publish-b2c-qos2-len",
                    "03-publish-b2c-qos2-unexpected-pubcomp",
                    "03-publish-b2c-qos2-unexpected-pubrel",
                    "03-publish-c2b-qos1-disconnect",
                    "03-publish-c2b-qos1-len",
                    "03-publish-c2b-qos1-receive-maximum",
                    "03-publish-c2b-qos1-timeout",
                    "03-publish-c2b-qos2",
                    "03-publish-c2b-qos2-disconnect",
                    "03-publish-c2b-qos2-len",
                    "03-publish-c2b-qos2-maximum-qos-0",
                    "03-publish-c2b-qos2-maximum-qos-1",
                    "03-publish-c2b-qos2-pubrec-error",
                    "03-publish-c2b-qos2-receive-maximum-1",
                    "03-publish-c2b-qos2-receive-maximum-2",
                    "03-publish-c2b-qos2-timeout",
                    "03-publish-helper-multiple-disconnect",
                    "03-publish-loop",
                    "03-publish-qos0",
                    "03-publish-qos0-no-payload",
                    "03-request-response",
                    "03-request-response-correlation",
                    "04-retain-qos0",
                    "08-ssl-bad-cacert",
                    "08-ssl-connect-cert-auth",
                    "08-ssl-connect-cert-auth-enc",
                    "08-ssl-connect-no-auth",
                    "08-ssl-connect-san",
                    "08-ssl-fake-cacert",
                    "09-util-topic-tokenise",
                    "11-prop-oversize-packet",
                    "11-prop-recv-qos0",
                    "11-prop-recv-qos1",
                    "11-prop-recv-qos2",
                    "11-prop-send-content-type",
                    "11-prop-send-payload-format");

    static Stream<Arguments> scenarios() {
        List<Arguments> all = new ArrayList<>();
        for (String name : NAMES) {
            for (MqttVersion version :
                    List.of(MqttVersion.V3_1, MqttVersion.V3_1_1, MqttVersion.V5)) {
                if (scenario(name, version) != null) {
                    all.add(Arguments.of(name, version));
                }
            }
        }
        return all.stream();
    }

    @Test
    void everyNameIsAScenarioOrSaysWhereElseOrWhyNot() throws Exception {
        for (String name : NAMES) {
            boolean played =
                    scenario(name, MqttVersion.V3_1_1) != null
                            || scenario(name, MqttVersion.V5) != null;
            assertThat(played).as(name).isNotEqualTo(ELSEWHERE.containsKey(name));
        }
        assertThat(NAMES).containsAll(ELSEWHERE.keySet());
        for (String place : ELSEWHERE.values()) {
            if (!place.startsWith(NOT)) {
                String[] test = place.split("\\.");
                Class<?> type = Class.forName(getClass().getPackageName() + "." + test[0]);
                assertThat(Arrays.stream(type.getDeclaredMethods()).map(Method::getName))
                        .contains(test[1]);
            }
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("scenarios")
    void playsAsWrittenAndRecoversFromACutAtEachStep(String name, MqttVersion version)
            throws Exception {
        Scenario whole = scenario(name, version);
        assertThat(whole).isNotNull();
        whole.play(Cut.NONE, 0);
        for (int at = 0; at < whole.cuts(); at++) {
            for (Cut cut : List.of(Cut.BEFORE, Cut.WITHIN, Cut.WITH_THE_SESSION)) {
                try {
                    Objects.requireNonNull(scenario(name, version)).play(cut, at);
                } catch (AssertionError e) {
                    throw new AssertionError("cut " + cut + " at step " + at, e);
                }
            }
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The scenario of that name in that version; {@code null}: there is none. */
    private static @Nullable Scenario scenario(String name, MqttVersion version) {
        boolean five = version == MqttVersion.V5;
        if (name.endsWith("-v5") != five && (name.endsWith("-v5") || has5(name))) {
            return null;
        }
        Scenario any = new Scenario(version);
        String area = name.substring(0, 2);
        return switch (area) {
            case "01" -> version == MqttVersion.V3_1 ? null : connecting(name, any);
            case "02" -> subscribing(name, any);
            case "03", "04" -> {
                Scenario common = publishing(name, any);
                yield common != null || !five ? common : publishing5(name, any);
            }
            default -> five ? properties(name, any) : null;
        };
    }

    private static boolean has5(String name) {
        return NAMES.contains(name + "-v5");
    }

    private static @Nullable Scenario connecting(String name, Scenario any) {
        boolean five = any.level() == 5;
        String head = five ? "00 04 'MQTT' 05" : "00 04 'MQTT' 04";
        String tail =
                five
                        ? "00 3C | 0D 11 00 00 00 3C 21 00 14 27 00 00 10 00 | 00 01 'c'"
                        : "00 3C | 00 01 'c'";
        String will = (five ? "| 00 " : "|") + " 00 01 'w' | 00 04 'will'";
        Will message = Will.of("w", text("will"), Qos.AT_LEAST_ONCE, true);
        return switch (name) {
            case "01-con-discon-success", "01-con-discon-success-v5", "01-con-discon-will-clear" ->
                    // A will that was set and cleared leaves nothing in CONNECT.
                    any.with(builder -> builder.will(message).will(null).cleanStart(true))
                            .connect(framed(head + " 02 " + tail));
            case "01-no-clean-session" -> any.connect(framed(head + " 00 " + tail));
            case "01-unpwd-set" ->
                    any.with(builder -> builder.username("uname").password(";[08gn=#"))
                            .connect(
                                    framed(
                                            head
                                                    + " C0 "
                                                    + tail
                                                    + "| 00 05 'uname' | 00 08 ';[08gn=#'"));
            case "01-con-discon-will", "01-con-discon-will-v5", "01-will-set" ->
                    any.with(builder -> builder.will(message))
                            .connect(framed(head + " 2C " + tail + will));
            case "01-will-unpwd-set" ->
                    any.with(builder -> builder.will(message).username("u").password("p"))
                            .connect(
                                    framed(
                                            head
                                                    + " EC "
                                                    + tail
                                                    + will
                                                    + "| 00 01 'u' | 00 01 'p'"));
            default -> null;
        };
    }

    private static String framed(String body) {
        byte[] bytes = Bytes.of(body);
        return String.format("10 %02X ", bytes.length) + body;
    }

    private static @Nullable Scenario subscribing(String name, Scenario any) {
        int level = any.level();
        return switch (name) {
            case "02-subscribe-qos0", "02-subscribe-qos1", "02-subscribe-qos2" -> {
                int qos = name.charAt(name.length() - 1) - '0';
                String filter = "qos" + qos + "/test";
                yield any.subscribe(filter, Qos.values()[qos])
                        .expect(subscribe(level, 1, filter, qos))
                        .send(suback(level, 1, qos));
            }
            case "02-unsubscribe", "02-unsubscribe-v5" ->
                    any.subscribe("unsubscribe/test", Qos.AT_MOST_ONCE)
                            .expect(subscribe(level, 1, "unsubscribe/test", 0))
                            .send(suback(level, 1, 0))
                            .unsubscribe("unsubscribe/test")
                            .expect(unsubscribe(level, 2, "unsubscribe/test"))
                            .send(unsuback(level, 2));
            default -> null;
        };
    }

    private static @Nullable Scenario publishing(String name, Scenario any) {
        int level = any.level();
        String topic = "pub/test";
        return switch (name) {
            case "03-publish-b2c-qos1" ->
                    any.send(publish(level, 0x32, topic, 123, "message")).expect(puback(123));
            case "03-publish-b2c-qos1-unexpected-puback" ->
                    any.send(puback(13_423))
                            .send(publish(level, 0x32, topic, 123, "message"))
                            .expect(puback(123));
            case "03-publish-b2c-qos2" -> inbound2(any, topic);
            case "03-publish-b2c-qos2-unexpected-pubcomp" ->
                    inbound2(any.send(pubcomp(13_423)), topic);
            case "03-publish-b2c-qos2-unexpected-pubrel" ->
                    inbound2(
                            any.send(pubrel(1_000))
                                    .expect(
                                            level == 5
                                                    ? withReason(0x70, 1_000, 0x92)
                                                    : pubcomp(1_000)),
                            topic);
            case "03-publish-c2b-qos1-disconnect" ->
                    any.publish(topic, "message", Qos.AT_LEAST_ONCE)
                            .expect(publish(level, 0x32, topic, 1, "message"))
                            .send(puback(1));
            case "03-publish-c2b-qos2", "03-publish-c2b-qos2-disconnect" -> {
                any.publish(topic, "message", Qos.EXACTLY_ONCE)
                        .expect(publish(level, 0x34, topic, 1, "message"));
                yield outbound2(any, 1);
            }
            case "03-publish-qos0" ->
                    any.publish(topic, "message", Qos.AT_MOST_ONCE)
                            .expect(publish(level, 0x30, topic, 0, "message"));
            case "03-publish-qos0-no-payload" ->
                    any.publish(topic, "", Qos.AT_MOST_ONCE)
                            .expect(publish(level, 0x30, topic, 0, ""));
            case "04-retain-qos0" ->
                    any.act(client -> client.publish(topic, text("kept"), Qos.AT_MOST_ONCE, true))
                            .expect(publish(level, 0x31, topic, 0, "kept"));
            default -> null;
        };
    }

    private static Scenario inbound2(Scenario any, String topic) {
        return any.send(publish(any.level(), 0x34, topic, 13_423, "message"))
                .expect(pubrec(13_423))
                .send(pubrel(13_423))
                .expect(pubcomp(13_423));
    }

    private static Scenario outbound2(Scenario any, int identifier) {
        return any.send(pubrec(identifier)).expect(pubrel(identifier)).send(pubcomp(identifier));
    }

    private static @Nullable Scenario publishing5(String name, Scenario any) {
        String topic = "pub/test";
        return switch (name) {
            case "03-publish-b2c-qos2-len" -> {
                int number = 7;
                for (String rest : List.of("", "00", "00 00")) {
                    any.send(publish(5, 0x34, topic, number, "m" + number))
                            .expect(pubrec(number))
                            .send(answer(0x62, number, rest))
                            .expect(pubcomp(number));
                    number++;
                }
                yield any;
            }
            case "03-publish-c2b-qos1-len" -> {
                int number = 1;
                for (String rest : List.of("", "00", "00 00")) {
                    any.publish(topic, "m" + number, Qos.AT_LEAST_ONCE)
                            .expect(publish(5, 0x32, topic, number, "m" + number))
                            .send(answer(0x40, number, rest));
                    number++;
                }
                yield any;
            }
            case "03-publish-c2b-qos2-len" -> {
                int number = 1;
                for (String rest : List.of("", "00", "00 00")) {
                    any.publish(topic, "m" + number, Qos.EXACTLY_ONCE)
                            .expect(publish(5, 0x34, topic, number, "m" + number))
                            .send(answer(0x50, number, rest))
                            .expect(pubrel(number))
                            .send(answer(0x70, number, rest));
                    number++;
                }
                yield any;
            }
            case "03-publish-c2b-qos1-receive-maximum" -> {
                any.accepting("21 00 03");
                for (int i = 1; i <= 6; i++) {
                    any.publish(topic, "m" + i, Qos.AT_LEAST_ONCE);
                }
                for (int i = 1; i <= 3; i++) {
                    any.expect(publish(5, 0x32, topic, i, "m" + i));
                }
                for (int i = 4; i <= 6; i++) {
                    any.send(puback(i - 3)).expect(publish(5, 0x32, topic, i, "m" + i));
                }
                yield any.send(puback(4)).send(puback(5)).send(puback(6));
            }
            case "03-publish-c2b-qos2-receive-maximum-1" -> window(any.accepting("21 00 01"), 1);
            case "03-publish-c2b-qos2-receive-maximum-2" -> window(any.accepting("21 00 02"), 2);
            case "03-publish-c2b-qos2-maximum-qos-0" ->
                    any.accepting("24 00")
                            .publishLowered(topic, "message", Qos.EXACTLY_ONCE, 0)
                            .expect(publish(5, 0x30, topic, 0, "message"));
            case "03-publish-c2b-qos2-maximum-qos-1" ->
                    any.accepting("24 01")
                            .publishLowered(topic, "message", Qos.EXACTLY_ONCE, 1)
                            .expect(publish(5, 0x32, topic, 1, "message"))
                            .send(puback(1));
            case "03-publish-c2b-qos2-pubrec-error" -> {
                any.accepting("21 00 01")
                        .publishInVain("no", "rejected", Qos.EXACTLY_ONCE)
                        .publish(topic, "accepted", Qos.EXACTLY_ONCE)
                        .expect(publish(5, 0x34, "no", 1, "rejected"))
                        .send(withReason(0x50, 1, 0x87))
                        .expect(publish(5, 0x34, topic, 2, "accepted"));
                yield outbound2(any, 2);
            }
            case "03-request-response" -> request(any, PublishProperties.builder(), "");
            case "03-request-response-correlation" ->
                    request(
                            any,
                            PublishProperties.builder().correlationData(text("corridor")),
                            "09 00 08 'corridor'");
            default -> null;
        };
    }

    private static byte[] answer(int first, int identifier, String rest) {
        return Packets.packet(first, Packets.two(identifier), Bytes.of(rest));
    }

    /** Five publishes of QoS 2 through a window that small. */
    private static Scenario window(Scenario any, int size) {
        String topic = "pub/test";
        for (int i = 1; i <= 5; i++) {
            any.publish(topic, "m" + i, Qos.EXACTLY_ONCE);
        }
        for (int i = 1; i <= size; i++) {
            any.expect(publish(5, 0x34, topic, i, "m" + i));
        }
        for (int i = 1; i <= 5; i++) {
            any.send(pubrec(i)).expect(pubrel(i)).send(pubcomp(i));
            if (i + size <= 5) {
                any.expect(publish(5, 0x34, topic, i + size, "m" + (i + size)));
            }
        }
        return any;
    }

    private static Scenario request(
            Scenario any, PublishProperties.Builder properties, String correlation) {
        byte[] wire = Bytes.of("08 00 06 'answer' " + correlation);
        return any.subscribe("answer", Qos.AT_LEAST_ONCE)
                .expect(subscribe(5, 1, "answer", 1))
                .send(suback(5, 1, 1))
                .publish(
                        "request",
                        "?",
                        Qos.AT_LEAST_ONCE,
                        properties.responseTopic(TopicName.of("answer")).build())
                .expect(
                        Packets.packet(
                                0x32,
                                Packets.string("request"),
                                Packets.two(2),
                                new byte[] {(byte) wire.length},
                                wire,
                                text("?")))
                .send(puback(2))
                .send(publish(5, 0x32, "answer", 9, "!"))
                .expect(puback(9));
    }

    private static @Nullable Scenario properties(String name, Scenario any) {
        String described = "03 00 0A 'plain/text' | 08 00 07 'msg/123' | 'message'";
        return switch (name) {
            case "11-prop-oversize-packet" ->
                    any.accepting("27 00 00 00 1E")
                            .act(client ->
                                    client.subscribe(
                                            "0123456789012345678901234567890", Qos.AT_MOST_ONCE))
                            .act(client ->
                                    client.publish(
                                            "pub/test",
                                            text("012345678901234567"),
                                            Qos.AT_MOST_ONCE,
                                            false))
                            .publish("pub/test", "01234567890123456", Qos.AT_MOST_ONCE)
                            .expect(publish(5, 0x30, "pub/test", 0, "01234567890123456"));
            case "11-prop-recv-qos0" ->
                    any.send(framed("30", "00 09 'prop/test' | 17 " + described))
                            .hears("plain/text, msg/123");
            case "11-prop-recv-qos1" ->
                    any.send(framed("32", "00 09 'prop/test' | 00 01 | 17 " + described))
                            .expect(puback(1))
                            .hears("plain/text, msg/123");
            case "11-prop-recv-qos2" ->
                    any.send(framed("34", "00 09 'prop/test' | 00 01 | 17 " + described))
                            .expect(pubrec(1))
                            .send(pubrel(1))
                            .expect(pubcomp(1))
                            .hears("plain/text, msg/123");
            case "11-prop-send-content-type" ->
                    any.publish(
                                    "prop/qos0",
                                    "message",
                                    Qos.AT_MOST_ONCE,
                                    PublishProperties.builder()
                                            .contentType("application/json")
                                            .build())
                            .expect(
                                    framed(
                                            "30",
                                            "00 09 'prop/qos0' | 13 03 00 10 'application/json' | 'message'"));
            case "11-prop-send-payload-format" ->
                    any.publish(
                                    "prop/qos0",
                                    "message",
                                    Qos.AT_MOST_ONCE,
                                    PublishProperties.builder().utf8Payload(true).build())
                            .expect(framed("30", "00 09 'prop/qos0' | 02 01 01 | 'message'"));
            default -> null;
        };
    }

    private static String framed(String first, String body) {
        return first + String.format(" %02X ", Bytes.of(body).length) + body;
    }
}
