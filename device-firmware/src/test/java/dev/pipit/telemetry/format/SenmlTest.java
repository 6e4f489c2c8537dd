package dev.pipit.telemetry.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.upokecenter.cbor.CBORObject;
import dev.pipit.driver.Fault;
import dev.pipit.telemetry.Batch;
import dev.pipit.telemetry.FrameFlags;
import dev.pipit.telemetry.Reading;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SenmlTest {
    private static final SenmlJson JSON = new SenmlJson("greenhouse", "air", Rows.AIR);
    private static final SenmlCbor CBOR = new SenmlCbor("greenhouse", "air", Rows.AIR);

    private static byte[] payload(ReadingsEncoder encoder, Batch batch, int flags, long nowMs) {
        PayloadBuffer out = new PayloadBuffer();
        encoder.encode(batch, 0, batch.size(), flags, nowMs, out);
        return out.toBytes();
    }

    private static String text(byte[] payload) {
        return new String(payload, StandardCharsets.UTF_8);
    }

    /** Resolves a pack as RFC 8428 section 4.6 says. */
    private static Map<String, BigDecimal> resolve(CBORObject pack, boolean labels) {
        Map<String, BigDecimal> resolved = new TreeMap<>();
        String name = "";
        BigDecimal time = BigDecimal.ZERO;
        BigDecimal value = BigDecimal.ZERO;
        for (CBORObject record : pack.getValues()) {
            CBORObject bn = field(record, labels, "bn", -2);
            CBORObject bt = field(record, labels, "bt", -3);
            CBORObject bv = field(record, labels, "bv", -5);
            name = bn == null ? name : bn.AsString();
            time = bt == null ? time : number(bt);
            value = bv == null ? value : number(bv);
            CBORObject t = field(record, labels, "t", 6);
            BigDecimal seconds = time.add(t == null ? BigDecimal.ZERO : number(t));
            String key =
                    name.substring(name.lastIndexOf('/') + 1)
                            + "@"
                            + seconds.movePointRight(3).longValueExact();
            CBORObject v = field(record, labels, "v", 2);
            assertThat(v).as("every record has a value").isNotNull();
            assertThat(resolved.put(key, Rows.plain(value.add(number(v))))).as(key).isNull();
        }
        return resolved;
    }

    private static CBORObject field(CBORObject record, boolean labels, String key, int label) {
        return labels ? record.get(CBORObject.FromObject(label)) : record.get(key);
    }

    private static BigDecimal number(CBORObject value) {
        return new BigDecimal(value.ToObject(com.upokecenter.numbers.EDecimal.class).toString());
    }

    @Test
    void aPackSaysNameAndUnitOncePerChannelAndTheRestRelativeToTheFirst() {
        Reading reading = new Reading(4);
        reading.fail(Fault.WARMING_UP);
        Batch three = new Batch(Rows.AIR, 3);
        for (int row = 0; row < 3; row++) {
            reading.timeMs(Rows.START_MS + row * 1500L);
            reading.value(0, 2149 - row);
            if (row == 1) {
                reading.missing(1, Fault.CHECKSUM);
            } else {
                reading.value(1, 101 + row);
            }
            three.add(reading);
        }
        assertThat(text(payload(JSON, three, 0, 0)))
                .isEqualTo(
                        "[{\"bn\":\"greenhouse/air/temperature\",\"bu\":\"Cel\",\"bt\":1767225600,"
                                + "\"bv\":21.49,\"v\":0},{\"t\":1,\"v\":-0.01},{\"t\":3,\"v\":-0.02},"
                                + "{\"bn\":\"greenhouse/air/humidity\",\"bu\":\"%RH\",\"bt\":1767225600,"
                                + "\"bv\":50.5,\"v\":0},{\"t\":3,\"v\":1}]");
    }

    @Test
    void aSingleReadingHasNoBaseValues() {
        assertThat(text(payload(JSON, Rows.air(1, 1), 0, 0))).doesNotContain("bv");
    }

    @Test
    void aPackWithoutAnyValueIsAnEmptyArray() {
        Batch batch = new Batch(Rows.AIR, 1);
        Reading reading = new Reading(4);
        reading.timeMs(Rows.START_MS);
        batch.add(reading);
        assertThat(text(payload(JSON, batch, 0, 0))).isEqualTo("[]");
        assertThat(payload(CBOR, batch, 0, 0)).containsExactly(0x80);
    }

    @Test
    void beforeTheClockIsSetTimesAreRelativeToThePresent() {
        Batch batch = new Batch(Rows.AIR, 1);
        Reading reading = new Reading(4);
        reading.timeMs(60_000);
        reading.value(0, 2149);
        batch.add(reading);
        assertThat(text(payload(JSON, batch, FrameFlags.SINCE_BOOT, 62_500)))
                .contains("\"bt\":-2.5,");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 60, 300})
    void everyNumberComesBackExactlyFromJson(int rows) {
        for (int seed = 0; seed < 20; seed++) {
            Batch batch = Rows.air(seed, rows);
            CBORObject pack = CBORObject.FromJSONString(text(payload(JSON, batch, 0, 0)));
            assertThat(resolve(pack, false)).isEqualTo(Rows.expected(batch));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 60, 300})
    void everyNumberComesBackExactlyFromCbor(int rows) {
        for (int seed = 0; seed < 20; seed++) {
            Batch batch = Rows.air(seed, rows);
            CBORObject pack = CBORObject.DecodeFromBytes(payload(CBOR, batch, 0, 0));
            assertThat(resolve(pack, true)).isEqualTo(Rows.expected(batch));
        }
    }

    @Test
    void cborIsInItsShortestForm() {
        Batch batch = Rows.air(3, 300);
        byte[] payload = payload(CBOR, batch, 0, 0);
        // The library writes every head in the fewest bytes; its order of keys is its own.
        assertThat(CBORObject.DecodeFromBytes(payload).EncodeToBytes()).hasSize(payload.length);
        assertThat(payload.length).isLessThan(payload(JSON, batch, 0, 0).length * 2 / 3);
    }

    @Test
    void aNameThatSenmlDoesNotAllowGetsAPrefix() {
        assertThat(text(payload(new SenmlJson("_x", "air", Rows.AIR), Rows.air(1, 1), 0, 0)))
                .startsWith("[{\"bn\":\"pipit:_x/air/temperature\"");
    }
}
