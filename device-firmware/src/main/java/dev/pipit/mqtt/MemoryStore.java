package dev.pipit.mqtt;

import dev.pipit.mqtt.packet.PublishProperties;
import dev.pipit.mqtt.packet.Qos;
import dev.pipit.mqtt.packet.ReasonCode;
import dev.pipit.mqtt.packet.TopicName;
import dev.pipit.mqtt.session.OutboundPublish;
import dev.pipit.mqtt.session.PublishStore;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bounded store behind {@link MqttClient#publish}: payloads in a ring of bytes, the rest in
 * arrays beside it, both grown to their bound as needed and never given back. Guarded by the
 * client's lock.
 *
 * <pre>
 *  records   head ......... next
 *  payloads  [  free  |oldest ... newest|  free  ]   or   [..newest|  free  |oldest ..]
 * </pre>
 */
final class MemoryStore implements PublishStore {
    /** What a record counts beside its payload. */
    private static final int RECORD_BYTES = 64;

    private static final int FIRST_RECORDS = 16;
    private static final int FIRST_BYTES = 1_024;

    /** Hears of records that the server refused for good. */
    interface Refusals {
        void refused(TopicName topic, int reasonCode);
    }

    private final int limit;
    private final Refusals refusals;

    private byte[] ring = new byte[FIRST_BYTES];

    /** Offset behind the newest payload. */
    private int tail;

    private @Nullable TopicName[] topics = new TopicName[FIRST_RECORDS];
    private PublishProperties[] properties = new PublishProperties[FIRST_RECORDS];
    private int[] offsets = new int[FIRST_RECORDS];
    private int[] lengths = new int[FIRST_RECORDS];
    private long[] writtenMs = new long[FIRST_RECORDS];
    private byte[] flags = new byte[FIRST_RECORDS];

    private static final int QOS_MASK = 0x03;
    private static final int RETAIN = 0x04;
    private static final int SETTLED = 0x08;
    private static final int READ = 0x10;

    /** Sequence of the oldest record that is not settled. */
    private long head;

    /** Sequence of the record to come. */
    private long next;

    private long bytesHeld;

    MemoryStore(int limit, Refusals refusals) {
        this.limit = limit;
        this.refusals = refusals;
        Arrays.fill(properties, PublishProperties.NONE);
    }

    /** Records not settled, or settled behind one that is not. */
    int size() {
        return (int) (next - head);
    }

    /** Whether the record was taken. */
    boolean add(
            TopicName topic,
            byte[] payload,
            int offset,
            int length,
            Qos qos,
            boolean retain,
            PublishProperties with,
            long nowMs) {
        if (bytesHeld + length + RECORD_BYTES > limit) {
            return false;
        }
        if (size() == topics.length) {
            growRecords();
        }
        int at = room(length);
        if (at < 0) {
            growRing(length);
            at = room(length);
        }
        System.arraycopy(payload, offset, ring, at, length);
        tail = at + length;
        int slot = slot(next);
        topics[slot] = topic;
        properties[slot] = with;
        offsets[slot] = at;
        lengths[slot] = length;
        writtenMs[slot] = nowMs;
        flags[slot] = (byte) (qos.level() | (retain ? RETAIN : 0));
        next++;
        bytesHeld += length + RECORD_BYTES;
        return true;
    }

    private int slot(long sequence) {
        return (int) sequence & (topics.length - 1);
    }

    /** Where so many bytes are free in a row, or -1. */
    private int room(int length) {
        if (head == next) {
            tail = 0;
            return length <= ring.length ? 0 : -1;
        }
        int oldest = offsets[slot(head)];
        // Equal offsets mean full, but for records without a payload.
        if (tail > oldest || (tail == oldest && lengths[slot(head)] == 0)) {
            if (tail + length <= ring.length) {
                return tail;
            }
            return length < oldest ? 0 : -1;
        }
        return tail + length < oldest || length == 0 ? tail : -1;
    }

    private void growRecords() {
        int old = topics.length;
        int to = 2 * old;
        @Nullable TopicName[] newTopics = new TopicName[to];
        PublishProperties[] newProperties = new PublishProperties[to];
        Arrays.fill(newProperties, PublishProperties.NONE);
        int[] newOffsets = new int[to];
        int[] newLengths = new int[to];
        long[] newWritten = new long[to];
        byte[] newFlags = new byte[to];
        for (long sequence = head; sequence < next; sequence++) {
            int from = (int) sequence & (old - 1);
            int into = (int) sequence & (to - 1);
            newTopics[into] = topics[from];
            newProperties[into] = properties[from];
            newOffsets[into] = offsets[from];
            newLengths[into] = lengths[from];
            newWritten[into] = writtenMs[from];
            newFlags[into] = flags[from];
        }
        topics = newTopics;
        properties = newProperties;
        offsets = newOffsets;
        lengths = newLengths;
        writtenMs = newWritten;
        flags = newFlags;
    }

    /** Lays the payloads out anew, oldest first, with room for one more. */
    private void growRing(int more) {
        long held = more;
        for (long sequence = head; sequence < next; sequence++) {
            held += lengths[slot(sequence)];
        }
        byte[] larger = new byte[(int) Math.max(2L * ring.length, 2 * held)];
        int at = 0;
        for (long sequence = head; sequence < next; sequence++) {
            int slot = slot(sequence);
            System.arraycopy(ring, offsets[slot], larger, at, lengths[slot]);
            offsets[slot] = at;
            at += lengths[slot];
        }
        ring = larger;
        tail = at;
    }

    @Override
    public boolean next(long after, OutboundPublish into) {
        long sequence = Math.max(head, after == BEFORE_FIRST ? head : after + 1);
        for (; sequence < next; sequence++) {
            int slot = slot(sequence);
            TopicName topic = topics[slot];
            if ((flags[slot] & SETTLED) != 0 || topic == null) {
                continue;
            }
            PublishProperties with = properties[slot];
            long expiry = with.messageExpirySeconds();
            if (expiry != PublishProperties.NO_EXPIRY) {
                expiry -= (System.nanoTime() / 1_000_000 - writtenMs[slot]) / 1_000;
                if (expiry <= 0 && (flags[slot] & READ) == 0) {
                    // Nobody was told of it yet, so nobody is now ([MQTT-4.3.3-7]).
                    drop(sequence);
                    continue;
                }
                expiry = Math.max(0, expiry);
            }
            flags[slot] |= READ;
            into.set(
                    sequence,
                    topic,
                    ring,
                    offsets[slot],
                    lengths[slot],
                    Qos.of(flags[slot] & QOS_MASK),
                    (flags[slot] & RETAIN) != 0,
                    with,
                    expiry);
            return true;
        }
        return false;
    }

    @Override
    public void settled(long sequence, int reasonCode) {
        TopicName topic = topics[slot(sequence)];
        if (topic != null && ReasonCode.failed(reasonCode)) {
            refusals.refused(topic, reasonCode);
        }
        drop(sequence);
    }

    private void drop(long sequence) {
        int slot = slot(sequence);
        flags[slot] |= SETTLED;
        topics[slot] = null;
        // Bytes are free only when all before them are.
        while (head < next && (flags[slot(head)] & SETTLED) != 0) {
            bytesHeld -= lengths[slot(head)] + RECORD_BYTES;
            head++;
        }
    }
}
