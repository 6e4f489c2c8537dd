package dev.pipit.telemetry.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.telemetry.Batch;
import dev.pipit.telemetry.FrameFlags;
import dev.pipit.telemetry.Reading;
import java.math.BigDecimal;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.eclipse.tahu.message.SparkplugBPayloadDecoder;
import org.eclipse.tahu.message.SparkplugBPayloadEncoder;
import org.eclipse.tahu.message.model.Metric;
import org.eclipse.tahu.message.model.MetricDataType;
import org.eclipse.tahu.message.model.SparkplugBPayload;
import org.eclipse.tahu.model.MetricDataTypeMap;
import org.junit.jupiter.api.Test;

@SuppressWarnings("JavaUtilDate") // as Tahu has it
class SparkplugTest {
    private static final long NOW_MS = Rows.START_MS + 5_000;

    private final SparkplugNode node = new SparkplugNode(List.of(Rows.AIR, Rows.AIR), 254);
    private final PayloadBuffer out = new PayloadBuffer();

    /** What a host knows after the births. */
    private final MetricDataTypeMap types = new MetricDataTypeMap();

    private final Map<Long, String> names = new TreeMap<>();

    private SparkplugBPayload decode() throws Exception {
        return new SparkplugBPayloadDecoder().buildFromByteArray(out.toBytes(), types);
    }

    private void data(Batch batch, int flags) {
        node.deviceData(0, batch, 0, batch.size(), flags, 0, node.nextSeq(), NOW_MS, out);
    }

    private void birth(int sensor, Reading latest) throws Exception {
        node.deviceBirth(sensor, latest, node.nextSeq(), NOW_MS, out);
        for (Metric metric : decode().getMetrics()) {
            assertThat(names.put(metric.getAlias(), metric.getName())).isNull();
            types.addMetricDataType(metric.getAlias(), metric.getDataType());
        }
    }

    @Test
    void nodeBirthStartsTheSequenceAndNamesTheDeathItBelongsTo() throws Exception {
        node.nodeBirth(NOW_MS, out);
        SparkplugBPayload birth = decode();
        assertThat(birth.getSeq()).isZero();
        assertThat(birth.getTimestamp()).isEqualTo(new Date(NOW_MS));
        assertThat(birth.getMetrics())
                .extracting(Metric::getName, Metric::getDataType, Metric::getValue)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("bdSeq", MetricDataType.Int64, 254L),
                        org.assertj.core.groups.Tuple.tuple(
                                "Node Control/Rebirth", MetricDataType.Boolean, false));
        node.nodeDeath(out);
        SparkplugBPayload death = decode();
        assertThat(death.getSeq()).isNull();
        assertThat(death.getMetrics()).hasSize(1);
        assertThat(death.getMetrics().getFirst().getValue()).isEqualTo(254L);
    }

    @Test
    void everyConnectionHasADeathOfItsOwnWithinAByte() throws Exception {
        node.nextConnection();
        assertThat(node.bdSeq()).isEqualTo(255);
        node.nextConnection();
        node.nodeDeath(out);
        assertThat(decode().getMetrics().getFirst().getValue()).isEqualTo(0L);
    }

    @Test
    void sequenceRunsOverBirthsDataAndDeathsAndWrapsAtAByte() throws Exception {
        node.nodeBirth(NOW_MS, out);
        Batch batch = Rows.air(1, 1);
        for (int i = 1; i < 600; i++) {
            switch (i % 3) {
                case 0 -> node.deviceBirth(0, new Reading(4), node.nextSeq(), NOW_MS, out);
                case 1 -> data(batch, 0);
                default -> node.deviceDeath(node.nextSeq(), NOW_MS, out);
            }
            assertThat(lastSeq()).isEqualTo(i % 256);
        }
        node.nodeBirth(NOW_MS, out);
        assertThat(decode().getSeq()).isZero();
    }

    private long lastSeq() throws Exception {
        MetricDataTypeMap all = new MetricDataTypeMap();
        for (long alias = 1; alias <= 8; alias++) {
            all.addMetricDataType(alias, MetricDataType.Double);
        }
        all.addMetricDataType(3L, MetricDataType.Int64);
        all.addMetricDataType(4L, MetricDataType.Int64);
        return new SparkplugBPayloadDecoder().buildFromByteArray(out.toBytes(), all).getSeq();
    }

    @Test
    void deviceBirthSaysNameTypeUnitAndValue() throws Exception {
        Reading latest = new Reading(4);
        latest.value(0, 2149);
        birth(0, latest);
        List<Metric> metrics = decode().getMetrics();
        assertThat(metrics)
                .extracting(Metric::getName)
                .containsExactly("temperature", "humidity", "pressure", "dose");
        assertThat(metrics.getFirst().getValue()).isEqualTo(21.49);
        assertThat(metrics.getFirst().getDataType()).isEqualTo(MetricDataType.Double);
        assertThat(metrics.getFirst().getProperties().getPropertyValue("engUnit").getValue())
                .isEqualTo("Cel");
        assertThat(metrics.get(2).getDataType()).isEqualTo(MetricDataType.Int64);
        assertThat(metrics.get(2).isNull()).isTrue();
    }

    @Test
    void aliasesAreUniqueInTheNode() throws Exception {
        birth(0, new Reading(4));
        birth(1, new Reading(4));
        assertThat(names).hasSize(8);
    }

    @Test
    void dataSaysAliasTimeAndTheNearestNumberOfEveryValue() throws Exception {
        birth(0, new Reading(4));
        for (int seed = 0; seed < 50; seed++) {
            Batch batch = Rows.air(seed, 1 + seed);
            data(batch, 0);
            Map<String, BigDecimal> expected = Rows.expected(batch);
            Map<String, Number> found = new TreeMap<>();
            int missing = 0;
            for (Metric metric : decode().getMetrics()) {
                assertThat(metric.getName()).isNull();
                if (metric.isNull()) {
                    missing++;
                    continue;
                }
                String name = names.get(metric.getAlias());
                found.put(name + "@" + metric.getTimestamp().getTime(), (Number) metric.getValue());
            }
            assertThat(found.keySet()).isEqualTo(expected.keySet());
            expected.forEach((key, value) -> {
                if (key.startsWith("dose") || key.startsWith("pressure")) {
                    assertThat(found.get(key)).isEqualTo(clamped(value));
                } else {
                    assertThat(found.get(key)).isEqualTo(value.doubleValue());
                }
            });
            assertThat(missing).isEqualTo(batch.size() * 4 - expected.size());
        }
    }

    private static long clamped(BigDecimal value) {
        BigDecimal most = BigDecimal.valueOf(Long.MAX_VALUE);
        return value.min(most).max(most.negate()).longValueExact();
    }

    @Test
    void backfilledValuesAreHistorical() throws Exception {
        birth(0, new Reading(4));
        data(Rows.air(1, 1), FrameFlags.BACKFILLED);
        assertThat(decode().getMetrics()).allMatch(Metric::isHistorical);
        data(Rows.air(1, 1), 0);
        assertThat(decode().getMetrics()).noneMatch(Metric::isHistorical);
    }

    private static byte[] command(String name, boolean value) throws Exception {
        SparkplugBPayload payload =
                new SparkplugBPayload(
                        new Date(NOW_MS),
                        List.of(
                                new Metric.MetricBuilder("Other", MetricDataType.Int64, -5L)
                                        .createMetric(),
                                new Metric.MetricBuilder(name, MetricDataType.Boolean, value)
                                        .timestamp(new Date(NOW_MS))
                                        .createMetric()),
                        1L);
        return new SparkplugBPayloadEncoder().getBytes(payload, false);
    }

    @Test
    void onlyARebirthThatIsTrueAsksForOne() throws Exception {
        byte[] rebirth = command("Node Control/Rebirth", true);
        assertThat(SparkplugCommand.asksForRebirth(rebirth, 0, rebirth.length)).isTrue();
        byte[] not = command("Node Control/Rebirth", false);
        assertThat(SparkplugCommand.asksForRebirth(not, 0, not.length)).isFalse();
        byte[] other = command("Node Control/Reboot", true);
        assertThat(SparkplugCommand.asksForRebirth(other, 0, other.length)).isFalse();
    }

    @Test
    void hostileCommandsAskForNothingAndEnd() throws Exception {
        byte[] rebirth = command("Node Control/Rebirth", true);
        SplittableRandom random = new SplittableRandom(5);
        int asked = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] damaged = rebirth.clone();
            for (int n = random.nextInt(1, 4); n > 0; n--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            int length = random.nextInt(damaged.length + 1);
            asked += SparkplugCommand.asksForRebirth(damaged, 0, length) ? 1 : 0;
        }
        assertThat(asked).isLessThan(10_000);
        for (int cut = 0; cut < rebirth.length - 3; cut++) {
            assertThat(SparkplugCommand.asksForRebirth(rebirth, 0, cut))
                    .as("cut at %d", cut)
                    .isFalse();
        }
    }
}
