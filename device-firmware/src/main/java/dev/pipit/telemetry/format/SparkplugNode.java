package dev.pipit.telemetry.format;

import dev.pipit.driver.Channel;
import dev.pipit.telemetry.Batch;
import dev.pipit.telemetry.FrameFlags;
import dev.pipit.telemetry.Reading;
import dev.pipit.telemetry.Schema;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code sparkplug-b}: the payloads of one edge node (this device) and its devices (the sensors) as
 * Eclipse Sparkplug 3.0 has them, and the counters that bind them together.
 *
 * <pre>
 *  Payload  timestamp 1  metrics 2  seq 3
 *  Metric   name 1  alias 2  timestamp 3  datatype 4  is_historical 5  is_null 7  properties 9
 *           long_value 11  double_value 13  boolean_value 14
 * </pre>
 *
 * A channel that counts in whole units is an Int64, any other a Double. Births name each metric and
 * give it an alias that is unique in the node; data says the alias only. {@code seq} goes 0 to 255
 * and round again over all births, data and deaths of devices; the node's own death has none, for
 * the broker sends it. {@code bdSeq} ties that death to its birth.
 *
 * <p>Not thread-safe: the order of payloads on the wire must be the order of calls.
 */
public final class SparkplugNode {
    /** The metric by which a host asks for all births anew. */
    static final String REBIRTH = "Node Control/Rebirth";

    private static final byte[] REBIRTH_NAME = PayloadBuffer.ascii(REBIRTH);
    private static final byte[] BD_SEQ_NAME = PayloadBuffer.ascii("bdSeq");
    private static final byte[] UNIT_NAME = PayloadBuffer.ascii("engUnit");

    private static final int PAYLOAD_TIMESTAMP = 1;
    private static final int PAYLOAD_METRICS = 2;
    private static final int PAYLOAD_SEQ = 3;

    private static final int NAME = 1;
    private static final int ALIAS = 2;
    private static final int TIMESTAMP = 3;
    private static final int DATATYPE = 4;
    private static final int IS_HISTORICAL = 5;
    private static final int IS_NULL = 7;
    private static final int PROPERTIES = 9;
    private static final int LONG_VALUE = 11;
    private static final int DOUBLE_VALUE = 13;
    private static final int BOOLEAN_VALUE = 14;

    private static final int PROPERTY_KEYS = 1;
    private static final int PROPERTY_VALUES = 2;
    private static final int PROPERTY_TYPE = 1;
    private static final int PROPERTY_STRING = 8;

    private static final int INT64 = 4;
    private static final int DOUBLE = 10;
    private static final int BOOLEAN = 11;
    private static final int STRING = 12;

    private static final int WRAP = 256;

    private static final class Device {
        final List<Channel> channels;
        final ChannelScale[] scales;
        final int firstAlias;

        Device(List<Channel> channels, int firstAlias) {
            this.channels = channels;
            this.scales = ChannelScale.of(channels);
            this.firstAlias = firstAlias;
        }
    }

    private final List<Device> devices = new ArrayList<>();
    private final PayloadBuffer metric = new PayloadBuffer();
    private final PayloadBuffer property = new PayloadBuffer();
    private final PayloadBuffer properties = new PayloadBuffer();
    private int bdSeq;
    private int seq;

    /**
     * @param schemas one per sensor, in the order of the configuration
     * @param bdSeq of the first connection, 0..255
     */
    public SparkplugNode(List<Schema> schemas, int bdSeq) {
        this.bdSeq = Math.floorMod(bdSeq, WRAP);
        int alias = 1;
        for (Schema schema : schemas) {
            devices.add(new Device(schema.channels(), alias));
            alias += schema.channels().size();
        }
    }

    /** What the next will and the births after it carry, 0..255. */
    public int bdSeq() {
        return bdSeq;
    }

    /** To be called before every CONNECT but the first: its will is another one. */
    public void nextConnection() {
        bdSeq = (bdSeq + 1) % WRAP;
    }

    /** NDEATH: the will of the next connection, and what is said before a clean end. */
    public void nodeDeath(PayloadBuffer out) {
        out.clear();
        bdSeqMetric(0, out);
    }

    /** NBIRTH: {@code seq} starts at 0. */
    public void nodeBirth(long nowMs, PayloadBuffer out) {
        seq = 1;
        start(nowMs, out);
        bdSeqMetric(nowMs, out);
        metric.clear();
        Protobuf.bytes(NAME, REBIRTH_NAME, metric);
        Protobuf.varint(TIMESTAMP, nowMs, metric);
        Protobuf.varint(DATATYPE, BOOLEAN, metric);
        Protobuf.varint(BOOLEAN_VALUE, 0, metric);
        Protobuf.message(PAYLOAD_METRICS, metric, out);
        end(0, out);
    }

    /** The {@code seq} of the next payload that is sent after the node's birth, 0..255. */
    public int nextSeq() {
        int next = seq;
        seq = (seq + 1) % WRAP;
        return next;
    }

    private void bdSeqMetric(long nowMs, PayloadBuffer out) {
        metric.clear();
        Protobuf.bytes(NAME, BD_SEQ_NAME, metric);
        if (nowMs > 0) {
            Protobuf.varint(TIMESTAMP, nowMs, metric);
        }
        Protobuf.varint(DATATYPE, INT64, metric);
        Protobuf.varint(LONG_VALUE, bdSeq, metric);
        Protobuf.message(PAYLOAD_METRICS, metric, out);
    }

    /**
     * DBIRTH: what a sensor measures, with the values it has now.
     *
     * @param latest its newest reading; all missing where there is none yet
     * @param number as {@link #nextSeq()} gave it
     */
    public void deviceBirth(int sensor, Reading latest, int number, long nowMs, PayloadBuffer out) {
        Device device = devices.get(sensor);
        start(nowMs, out);
        for (int c = 0; c < device.channels.size(); c++) {
            Channel channel = device.channels.get(c);
            metric.clear();
            Protobuf.bytes(NAME, PayloadBuffer.ascii(channel.name()), metric);
            Protobuf.varint(ALIAS, device.firstAlias + (long) c, metric);
            Protobuf.varint(TIMESTAMP, nowMs, metric);
            Protobuf.varint(DATATYPE, device.scales[c].whole() ? INT64 : DOUBLE, metric);
            if (!latest.present(c)) {
                Protobuf.varint(IS_NULL, 1, metric);
            }
            unit(channel);
            if (latest.present(c)) {
                value(device.scales[c], latest.value(c));
            }
            Protobuf.message(PAYLOAD_METRICS, metric, out);
        }
        end(number, out);
    }

    private void unit(Channel channel) {
        if (channel.unit().isEmpty()) {
            return;
        }
        property.clear();
        Protobuf.varint(PROPERTY_TYPE, STRING, property);
        Protobuf.bytes(PROPERTY_STRING, PayloadBuffer.ascii(channel.unit()), property);
        properties.clear();
        Protobuf.bytes(PROPERTY_KEYS, UNIT_NAME, properties);
        Protobuf.message(PROPERTY_VALUES, property, properties);
        Protobuf.message(PROPERTIES, properties, metric);
    }

    /** DDEATH: a sensor that gives no values any more. */
    public void deviceDeath(int number, long nowMs, PayloadBuffer out) {
        start(nowMs, out);
        end(number, out);
    }

    /**
     * DDATA: rows of a sensor, each value with its own time; allocates nothing once the buffers
     * have their size.
     *
     * @param flags of {@link FrameFlags}: backfilled rows become historical values
     * @param originMs what the rows' times count from, since the epoch
     * @param number as {@link #nextSeq()} gave it
     */
    public void deviceData(
            int sensor,
            Batch batch,
            int from,
            int to,
            int flags,
            long originMs,
            int number,
            long nowMs,
            PayloadBuffer out) {
        Device device = devices.get(sensor);
        start(nowMs, out);
        for (int row = from; row < to; row++) {
            for (int c = 0; c < device.scales.length; c++) {
                metric.clear();
                Protobuf.varint(ALIAS, device.firstAlias + (long) c, metric);
                Protobuf.varint(TIMESTAMP, originMs + batch.timeMs(row), metric);
                if ((flags & FrameFlags.BACKFILLED) != 0) {
                    Protobuf.varint(IS_HISTORICAL, 1, metric);
                }
                if (batch.reason(row, c) == Reading.PRESENT) {
                    value(device.scales[c], batch.value(row, c));
                } else {
                    Protobuf.varint(IS_NULL, 1, metric);
                }
                Protobuf.message(PAYLOAD_METRICS, metric, out);
            }
        }
        end(number, out);
    }

    private void value(ChannelScale scale, long value) {
        if (scale.whole()) {
            Protobuf.varint(
                    LONG_VALUE,
                    scale.fits(value) ? scale.product(value) : Long.signum(value) * Long.MAX_VALUE,
                    metric);
        } else {
            Protobuf.number(DOUBLE_VALUE, scale.nearest(value), metric);
        }
    }

    private static void start(long nowMs, PayloadBuffer out) {
        out.clear();
        Protobuf.varint(PAYLOAD_TIMESTAMP, nowMs, out);
    }

    private static void end(int number, PayloadBuffer out) {
        Protobuf.varint(PAYLOAD_SEQ, number, out);
    }
}
