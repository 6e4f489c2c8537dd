package dev.pipit.telemetry.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.telemetry.Batch;
import dev.pipit.telemetry.Reading;
import dev.pipit.telemetry.Schema;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FormatAllocationTest {
    private static final Schema AIR =
            new Schema(7, 1000, 1000, 60, Rows.AIR.channels().subList(0, 3));

    @ParameterizedTest
    @EnumSource(names = {"JSON", "SENML_JSON", "SENML_CBOR", "SPARKPLUG_B"})
    void aPayloadAllocatesNothing(Format format) {
        Batch batch = new Batch(AIR, 60);
        Reading reading = new Reading(3);
        for (int row = 0; row < 60; row++) {
            reading.timeMs(Rows.START_MS + row * 1000L);
            reading.value(0, 2149 + row % 7);
            reading.value(1, 100 - row % 3);
            reading.value(2, 101_325 + row);
            batch.add(reading);
        }
        SparkplugNode node = new SparkplugNode(List.of(AIR), 0);
        ReadingsEncoder encoder =
                switch (format) {
                    case JSON -> new JsonReadings("air", AIR);
                    case SENML_JSON -> new SenmlJson("greenhouse", "air", AIR);
                    case SENML_CBOR -> new SenmlCbor("greenhouse", "air", AIR);
                    default ->
                            (rows, from, to, flags, nowMs, out) ->
                                    node.deviceData(
                                            0,
                                            rows,
                                            from,
                                            to,
                                            flags,
                                            0,
                                            node.nextSeq(),
                                            nowMs,
                                            out);
                };
        PayloadBuffer out = new PayloadBuffer();
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 2_000; i++) {
                out.clear();
                encoder.encode(batch, 0, 60, 0, Rows.START_MS, out);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least).isZero();
    }
}
