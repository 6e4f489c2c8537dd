package dev.pipit.telemetry.format;

import dev.pipit.driver.Channel;
import dev.pipit.telemetry.Schema;
import java.math.BigDecimal;

/**
 * {@code senml-cbor}: RFC 8428 section 6, media type {@code application/senml+cbor}.
 *
 * <pre>
 *  label   bn -2   bt -3   bu -4   bv -5   v 2   t 6
 * </pre>
 *
 * Numbers that are not whole are decimal fractions (tag 4, RFC 8949 section 3.4.4): exact, and
 * shorter than a double.
 */
public final class SenmlCbor extends Senml {
    private static final int UNSIGNED = 0;
    private static final int NEGATIVE = 1;
    private static final int TEXT = 3;
    private static final int ARRAY = 4;
    private static final int MAP = 5;
    private static final int TAG = 6;
    private static final int DECIMAL_FRACTION = 4;
    private static final int DOUBLE = 0xFB;

    private static final int BASE_NAME = -2;
    private static final int BASE_TIME = -3;
    private static final int BASE_UNIT = -4;
    private static final int BASE_VALUE = -5;
    private static final int VALUE = 2;
    private static final int TIME = 6;

    private final byte[][] names;
    private final byte[][] units;

    public SenmlCbor(String device, String sensor, Schema schema) {
        super(schema);
        int channels = schema.channels().size();
        names = new byte[channels][];
        units = new byte[channels][];
        for (int c = 0; c < channels; c++) {
            Channel channel = schema.channels().get(c);
            names[c] = PayloadBuffer.ascii(name(device, sensor, channel.name()));
            units[c] = PayloadBuffer.ascii(unit(channel));
        }
    }

    @Override
    void startPack(int records, PayloadBuffer out) {
        head(ARRAY, records, out);
    }

    @Override
    void endPack(PayloadBuffer out) {}

    @Override
    void startChannel(
            int channel, boolean first, long time, int places, boolean based, PayloadBuffer out) {
        head(MAP, based ? 5 : 4, out);
        whole(BASE_NAME, out);
        text(names[channel], out);
        whole(BASE_UNIT, out);
        text(units[channel], out);
        whole(BASE_TIME, out);
        decimal(time, places, out);
    }

    @Override
    void baseValue(long unscaled, int places, PayloadBuffer out) {
        whole(BASE_VALUE, out);
        decimal(unscaled, places, out);
    }

    @Override
    void next(PayloadBuffer out, long time, int places) {
        if (time == 0) {
            head(MAP, 1, out);
            return;
        }
        head(MAP, 2, out);
        whole(TIME, out);
        decimal(time, places, out);
    }

    @Override
    void value(ChannelScale scale, long value, PayloadBuffer out) {
        whole(VALUE, out);
        if (scale.fits(value)) {
            decimal(scale.product(value), scale.places, out);
            return;
        }
        BigDecimal exact = scale.exact(value);
        out.put(DOUBLE);
        out.bigEndian(Double.doubleToRawLongBits(exact.doubleValue()), 8);
    }

    private static void text(byte[] utf8, PayloadBuffer out) {
        head(TEXT, utf8.length, out);
        out.put(utf8);
    }

    private static void decimal(long unscaled, int places, PayloadBuffer out) {
        long rest = unscaled;
        int exponent = -places;
        while (exponent < 0 && rest % 10 == 0) {
            rest /= 10;
            exponent++;
        }
        if (exponent < 0) {
            head(TAG, DECIMAL_FRACTION, out);
            head(ARRAY, 2, out);
            whole(exponent, out);
        }
        whole(rest, out);
    }

    private static void whole(long value, PayloadBuffer out) {
        if (value < 0) {
            head(NEGATIVE, -1 - value, out);
        } else {
            head(UNSIGNED, value, out);
        }
    }

    /** The initial byte with an argument in the fewest bytes (RFC 8949 section 3). */
    private static void head(int major, long argument, PayloadBuffer out) {
        if (argument < 24) {
            out.put(major << 5 | (int) argument);
        } else if (argument < 1 << 8) {
            out.put(major << 5 | 24);
            out.bigEndian(argument, 1);
        } else if (argument < 1 << 16) {
            out.put(major << 5 | 25);
            out.bigEndian(argument, 2);
        } else if (argument < 1L << 32) {
            out.put(major << 5 | 26);
            out.bigEndian(argument, 4);
        } else {
            out.put(major << 5 | 27);
            out.bigEndian(argument, 8);
        }
    }
}
