package dev.pipit.uplink;

import dev.pipit.mqtt.packet.InboundPublish;
import dev.pipit.mqtt.packet.Qos;
import dev.pipit.mqtt.packet.TopicName;
import dev.pipit.mqtt.packet.Will;
import dev.pipit.telemetry.Batch;
import dev.pipit.telemetry.FormatException;
import dev.pipit.telemetry.FrameFlags;
import dev.pipit.telemetry.Reading;
import dev.pipit.telemetry.Schema;
import dev.pipit.telemetry.format.PayloadBuffer;
import dev.pipit.telemetry.format.SparkplugCommand;
import dev.pipit.telemetry.format.SparkplugNode;
import dev.pipit.time.TimeSource;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/**
 * {@code sparkplug-b}: this device is an edge node of the group {@code <root>}, each sensor a
 * device of it.
 *
 * <pre>
 *  spBv1.0/&lt;root&gt;/NBIRTH/&lt;device&gt;            DBIRTH | DDATA | DDEATH /&lt;device&gt;/&lt;sensor&gt;
 *  spBv1.0/&lt;root&gt;/NDEATH/&lt;device&gt; (the will)   NCMD/&lt;device&gt; (in)
 * </pre>
 *
 * All of it at QoS 0, as the specification demands (only the will has QoS 1): a reading that is on
 * its way when the connection breaks is lost, other than in every other format. A sensor that fails
 * dies; it is born again with its first value. Rows without any value say nothing meanwhile.
 *
 * <p>Births and data are made under the lock of {@link SpooledPublishes}, in the order of sending;
 * deaths and rebirths may be asked for by any thread.
 */
final class SparkplugTranslation implements FrameTranslation {
    private static final String NAMESPACE = "spBv1.0/";
    private static final int ALIVE = 0;
    private static final int DYING = 1;
    private static final int DEAD = 2;

    private final SparkplugNode node;
    private final List<Schema> schemas;
    private final TimeSource time;
    private final FrameRows[] rows;
    private final Reading[] latest;
    private final TopicName nodeBirth;
    private final TopicName nodeDeath;
    private final String nodeCommand;
    private final TopicName[] births;
    private final TopicName[] deaths;
    private final TopicName[] data;
    private final int[] states;
    private final boolean[] born;
    private boolean nodeBorn;
    private boolean connectedBefore;

    private final PayloadBuffer payload = new PayloadBuffer();
    private TopicName topic;

    /**
     * @param sensors names, one per schema
     * @param schemas with their ids
     */
    SparkplugTranslation(
            String root,
            String device,
            List<String> sensors,
            List<Schema> schemas,
            TimeSource time) {
        this.schemas = schemas;
        this.time = time;
        // Births and deaths of one run belong together; of two runs they should differ.
        this.node = new SparkplugNode(schemas, (int) (time.sinceBootMs() / 1_000));
        String group = NAMESPACE + root + "/";
        nodeBirth = TopicName.of(group + "NBIRTH/" + device);
        nodeDeath = TopicName.of(group + "NDEATH/" + device);
        nodeCommand = group + "NCMD/" + device;
        int count = schemas.size();
        rows = schemas.stream().map(FrameRows::new).toArray(FrameRows[]::new);
        latest =
                schemas.stream()
                        .map(schema -> new Reading(schema.channels().size()))
                        .toArray(Reading[]::new);
        births = new TopicName[count];
        deaths = new TopicName[count];
        data = new TopicName[count];
        for (int i = 0; i < count; i++) {
            String end = device + "/" + sensors.get(i);
            births[i] = TopicName.of(group + "DBIRTH/" + end);
            deaths[i] = TopicName.of(group + "DDEATH/" + end);
            data[i] = TopicName.of(group + "DDATA/" + end);
        }
        states = new int[count];
        born = new boolean[count];
        topic = nodeBirth;
    }

    TopicName deathTopic() {
        return nodeDeath;
    }

    String commandTopic() {
        return nodeCommand;
    }

    /** The will of the next connection; another one each time. */
    synchronized Will will() {
        if (connectedBefore) {
            node.nextConnection();
        }
        connectedBefore = true;
        return Will.of(nodeDeath.toString(), death(), Qos.AT_LEAST_ONCE, false);
    }

    /** Whatever came in on {@link #commandTopic}. */
    void command(InboundPublish message) {
        byte[] payload = message.payload();
        if (SparkplugCommand.asksForRebirth(payload, 0, payload.length)) {
            rebirth();
        }
    }

    /** What the will says, to be said before a clean end. */
    synchronized byte[] death() {
        PayloadBuffer out = new PayloadBuffer();
        node.nodeDeath(out);
        return out.toBytes();
    }

    /** A host wants all births anew. */
    synchronized void rebirth() {
        nodeBorn = false;
        Arrays.fill(born, false);
    }

    /** A sensor gives no values any more. */
    synchronized void failing(int sensor) {
        if (states[sensor] == ALIVE) {
            states[sensor] = DYING;
        }
    }

    /** A sensor gives values again. */
    synchronized void recovered(int sensor) {
        states[sensor] = ALIVE;
    }

    @Override
    public synchronized void connected() {
        rebirth();
    }

    @Override
    public synchronized @Nullable Announcement announcement() {
        PayloadBuffer out = new PayloadBuffer();
        long nowMs = time.wallMs();
        if (!nodeBorn) {
            nodeBorn = true;
            node.nodeBirth(nowMs, out);
            return new Announcement(nodeBirth, out, Qos.AT_MOST_ONCE);
        }
        for (int i = 0; i < born.length; i++) {
            if (states[i] == DYING) {
                states[i] = DEAD;
                if (born[i]) {
                    born[i] = false;
                    node.deviceDeath(node.nextSeq(), nowMs, out);
                    return new Announcement(deaths[i], out, Qos.AT_MOST_ONCE);
                }
            }
            if (states[i] == ALIVE && !born[i]) {
                born[i] = true;
                node.deviceBirth(i, latest[i], node.nextSeq(), nowMs, out);
                return new Announcement(births[i], out, Qos.AT_MOST_ONCE);
            }
        }
        return null;
    }

    @Override
    public synchronized int verdict(int schema, byte[] frame, int offset, int length) {
        int sensor = sensor(schema);
        if (sensor < 0) {
            Logger.error(
                    "readings of schema {} from an earlier configuration are left out: Sparkplug has"
                            + " no name for their channels now",
                    schema);
            return DROP;
        }
        boolean values = remember(sensor, frame, offset, length);
        if (states[sensor] == DYING) {
            return ANNOUNCE;
        }
        if (states[sensor] == DEAD) {
            if (!values) {
                return DROP;
            }
            states[sensor] = ALIVE;
        }
        return born[sensor] ? SEND : ANNOUNCE;
    }

    /** Takes note of the newest row for births; false if it holds no value at all. */
    private boolean remember(int sensor, byte[] frame, int offset, int length) {
        try {
            Batch batch = rows[sensor].read(frame, offset, length);
            boolean values = false;
            for (int row = 0; row < batch.size() && !values; row++) {
                for (int c = 0; c < latest[sensor].channels(); c++) {
                    values |= batch.reason(row, c) == Reading.PRESENT;
                }
            }
            if ((rows[sensor].flags() & FrameFlags.BACKFILLED) == 0) {
                batch.row(batch.size() - 1, latest[sensor]);
            }
            return values;
        } catch (FormatException damaged) {
            return true; // translate() says what is wrong with it
        }
    }

    private int sensor(int schema) {
        for (int i = 0; i < schemas.size(); i++) {
            if (schemas.get(i).id() == schema) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public synchronized int number() {
        return node.nextSeq();
    }

    @Override
    public synchronized void translate(int schema, int number, byte[] frame, int offset, int length)
            throws FormatException {
        int sensor = sensor(schema);
        Batch batch = rows[sensor].read(frame, offset, length);
        int flags = rows[sensor].flags();
        // Without a clock that was set, the machine's own is all that a host can be told.
        long originMs =
                (flags & FrameFlags.SINCE_BOOT) == 0 ? 0 : time.wallMs() - time.sinceBootMs();
        topic = data[sensor];
        node.deviceData(
                sensor, batch, 0, batch.size(), flags, originMs, number, time.wallMs(), payload);
    }

    @Override
    public PayloadBuffer payload() {
        return payload;
    }

    @Override
    public TopicName topic() {
        return topic;
    }

    @Override
    public Qos qos() {
        return Qos.AT_MOST_ONCE;
    }
}
