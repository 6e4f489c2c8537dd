package dev.pipit.telemetry.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.upokecenter.cbor.CBORObject;
import com.upokecenter.numbers.EDecimal;
import dev.pipit.driver.Fault;
import dev.pipit.telemetry.Batch;
import dev.pipit.telemetry.FrameFlags;
import dev.pipit.telemetry.Reading;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class JsonReadingsTest {
    private static final JsonReadings JSON = new JsonReadings("air", Rows.AIR);

    private static String payload(Batch batch, int flags) {
        PayloadBuffer out = new PayloadBuffer();
        JSON.encode(batch, 0, batch.size(), flags, 0, out);
        return new String(out.toBytes(), StandardCharsets.UTF_8);
    }

    private static Batch one() {
        Batch batch = new Batch(Rows.AIR, 2);
        Reading reading = new Reading(4);
        reading.timeMs(Rows.START_MS);
        reading.value(0, -5);
        reading.missing(1, Fault.CHECKSUM);
        reading.value(2, 0);
        reading.value(3, 12);
        batch.add(reading);
        return batch;
    }

    @Test
    void oneReadingIsOneObjectThatSaysWhatIsMissingAndWhy() {
        assertThat(payload(one(), 0))
                .isEqualTo(
                        "{\"sensor\":\"air\",\"time\":1767225600000,\"temperature\":-0.05,"
                                + "\"humidity\":null,\"pressure\":0,\"dose\":12000,"
                                + "\"missing\":{\"humidity\":\"checksum\"}}");
    }

    @Test
    void timesSinceBootAndLateReadingsSaySo() {
        assertThat(payload(one(), FrameFlags.SINCE_BOOT | FrameFlags.BACKFILLED))
                .startsWith(
                        "{\"sensor\":\"air\",\"since_boot\":1767225600000,\"backfilled\":true,");
    }

    @Test
    void severalReadingsAreAnArrayAndEveryNumberIsExact() {
        for (int seed = 0; seed < 50; seed++) {
            Batch batch = Rows.air(seed, 2 + seed);
            Map<String, BigDecimal> found = new TreeMap<>();
            for (CBORObject object : CBORObject.FromJSONString(payload(batch, 0)).getValues()) {
                for (String channel :
                        new String[] {"temperature", "humidity", "pressure", "dose"}) {
                    CBORObject value = object.get(channel);
                    if (!value.isNull()) {
                        found.put(
                                channel + "@" + object.get("time").AsInt64Value(),
                                Rows.plain(
                                        new BigDecimal(value.ToObject(EDecimal.class).toString())));
                    } else {
                        assertThat(object.get("missing").get(channel).AsString())
                                .isEqualTo("checksum");
                    }
                }
            }
            assertThat(found).isEqualTo(Rows.expected(batch));
        }
    }

    @Test
    void decimalsOfEveryShape() {
        assertThat(decimal(0, 3)).isEqualTo("0");
        assertThat(decimal(1, 3)).isEqualTo("0.001");
        assertThat(decimal(-10, 3)).isEqualTo("-0.01");
        assertThat(decimal(1234, 2)).isEqualTo("12.34");
        assertThat(decimal(1200, 2)).isEqualTo("12");
        assertThat(decimal(Long.MIN_VALUE, 0)).isEqualTo("-9223372036854775808");
        assertThat(decimal(Long.MAX_VALUE, 19)).isEqualTo("0.9223372036854775807");
        assertThat(decimal(7, 25)).isEqualTo("0.0000000000000000000000007");
    }

    private static String decimal(long unscaled, int scale) {
        PayloadBuffer out = new PayloadBuffer();
        out.decimal(unscaled, scale);
        return new String(out.toBytes(), StandardCharsets.UTF_8);
    }
}
