package dev.pipit.mqtt;

import static dev.pipit.mqtt.Recorder.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.testkit.ScriptedBroker;
import dev.pipit.testkit.ScriptedBroker.Peer;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Classes of bugs that were found in other MQTT clients, and the tests that look for each here. */
final class BugClassesTest {
    private static final Map<String, List<String>> CLASSES =
            Map.ofEntries(
                    Map.entry(
                            "inner length not bounded by the outer",
                            List.of(
                                    "packet.DecodingTest.everyPacketTruncatedInsideIsRefusedOrShorterByItsOpenEnd")),
                    Map.entry(
                            "packet cut at every byte",
                            List.of(
                                    "packet.DecodingTest.everyPacketIsReadWholeByteByByteAndSplitAnywhere")),
                    Map.entry(
                            "state kept across TCP segments after a rejection",
                            List.of(
                                    "ScriptedTest.malformedPacketsEndTheConnectionWithTheirReasonCode",
                                    "FuzzCorpusTest.theClientConnectsAgainWhateverItWasSent")),
                    Map.entry(
                            "Remaining Length of five bytes, non-minimal, or 268,435,455",
                            List.of("packet.DecodingTest.remainingLengthIsBounded")),
                    Map.entry(
                            "allocation by declared length",
                            List.of("BugClassesTest.aDeclaredLengthAllocatesNothing")),
                    Map.entry("empty topic", List.of("packet.DecodingTest.badTopicsAreRefused")),
                    Map.entry(
                            "alias 0 or too high",
                            List.of(
                                    "packet.DecodingTest.badTopicsAreRefused",
                                    "session.InboundTest.everyAliasUpToOurMaximumIsAcceptedAndNoneOutlivesTheConnection")),
                    Map.entry(
                            "SUBACK with no, too few or too many codes",
                            List.of(
                                    "packet.DecodingTest.emptyAndOverfullAnswersAreRefused",
                                    "session.InboundTest.answersOfTheWrongKindOrCountEndTheConnection")),
                    Map.entry(
                            "unexpected packets before CONNACK",
                            List.of(
                                    "session.InboundTest.nothingIsAcceptedBeforeConnackNorASecondConnack")),
                    Map.entry(
                            "packet identifier 0",
                            List.of("packet.DecodingTest.packetIdentifierZeroIsRefused")),
                    Map.entry(
                            "65,535 QoS 2 messages without PUBREL",
                            List.of(
                                    "session.InboundTest.moreQos2MessagesThanOurReceiveMaximumEndTheConnection")),
                    Map.entry(
                            "every property in every packet: allowed, forbidden, twice, short, zero",
                            List.of("packet.DecodingTest.everyPropertyInEveryPacket")),
                    Map.entry(
                            "wildcards, NUL, surrogates or overlong UTF-8 in topics",
                            List.of(
                                    "packet.DecodingTest.badTopicsAreRefused",
                                    "packet.StringsTest.badUtf8IsRecognised",
                                    "packet.StringsTest.aTopicNameHasNoWildcard")),
                    Map.entry(
                            "session takeover (no reconnect war)",
                            List.of("ScriptedTest.aTakenOverSessionIsNotFoughtFor")),
                    Map.entry(
                            "server name not verified",
                            List.of(
                                    "TlsTest.anotherNameIsRefused",
                                    "TlsTest.anotherAddressIsRefused",
                                    "TlsTest.aCommonNameAloneIsRefused")));

    @Test
    void everyClassHasItsTests() throws Exception {
        for (List<String> tests : CLASSES.values()) {
            for (String test : tests) {
                int dot = test.lastIndexOf('.');
                Class<?> type =
                        Class.forName(getClass().getPackageName() + "." + test.substring(0, dot));
                assertThat(Arrays.stream(type.getDeclaredMethods()).map(Method::getName))
                        .contains(test.substring(dot + 1));
            }
        }
    }

    /** Even where the application allows packets of that size: memory grows with what arrives. */
    @Test
    void aDeclaredLengthAllocatesNothing() throws Exception {
        Recorder recorder = new Recorder();
        try (ScriptedBroker broker = new ScriptedBroker();
                MqttClient client =
                        MqttClient.builder()
                                .url(broker.url())
                                .version(MqttVersion.V3_1_1)
                                .clientId("c")
                                .maximumPacketSize(268_435_460)
                                .backOff(Duration.ofMillis(1), Duration.ofMillis(2))
                                .listener(recorder)
                                .build()) {
            client.start();
            Peer peer = broker.accept();
            peer.readPacket();
            peer.send("20 02 00 00");
            next(recorder.connections);
            long before = usedHeap();
            // PUBLISH of 268,435,455 bytes, of which a few come.
            peer.send("30 FF FF FF 7F | 00 01 'a'").send(new byte[20_000]);
            Thread.sleep(100);
            assertThat(usedHeap() - before).isLessThan(1_000_000);
            assertThat(client.isConnected()).isTrue();
            peer.cut();
        }
    }

    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
