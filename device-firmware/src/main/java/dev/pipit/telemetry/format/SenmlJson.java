package dev.pipit.telemetry.format;

import dev.pipit.driver.Channel;
import dev.pipit.telemetry.Schema;

/** {@code senml-json}: RFC 8428 section 5, media type {@code application/senml+json}. */
public final class SenmlJson extends Senml {
    private static final byte[] BASE_VALUE = PayloadBuffer.ascii(",\"bv\":");
    private static final byte[] TIME = PayloadBuffer.ascii(",{\"t\":");
    private static final byte[] RECORD = PayloadBuffer.ascii(",{\"v\":");
    private static final byte[] VALUE = PayloadBuffer.ascii(",\"v\":");

    private final byte[][] openings;
    private boolean valueOpened;

    public SenmlJson(String device, String sensor, Schema schema) {
        super(schema);
        openings = new byte[schema.channels().size()][];
        for (int c = 0; c < openings.length; c++) {
            Channel channel = schema.channels().get(c);
            openings[c] =
                    PayloadBuffer.ascii(
                            "{\"bn\":"
                                    + JsonReadings.quoted(name(device, sensor, channel.name()))
                                    + ",\"bu\":"
                                    + JsonReadings.quoted(unit(channel))
                                    + ",\"bt\":");
        }
    }

    @Override
    void startPack(int records, PayloadBuffer out) {
        out.put('[');
    }

    @Override
    void endPack(PayloadBuffer out) {
        out.put(']');
    }

    @Override
    void startChannel(
            int channel, boolean first, long time, int places, boolean based, PayloadBuffer out) {
        if (!first) {
            out.put(',');
        }
        out.put(openings[channel]);
        out.decimal(time, places);
        valueOpened = false;
    }

    @Override
    void baseValue(long unscaled, int places, PayloadBuffer out) {
        out.put(BASE_VALUE);
        out.decimal(unscaled, places);
    }

    @Override
    void next(PayloadBuffer out, long time, int places) {
        if (time == 0) {
            out.put(RECORD);
            valueOpened = true;
            return;
        }
        out.put(TIME);
        out.decimal(time, places);
        valueOpened = false;
    }

    @Override
    void value(ChannelScale scale, long value, PayloadBuffer out) {
        if (!valueOpened) {
            out.put(VALUE);
        }
        JsonReadings.number(scale, value, out);
        out.put('}');
    }
}
