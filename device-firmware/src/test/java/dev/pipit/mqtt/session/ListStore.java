package dev.pipit.mqtt.session;

import dev.pipit.mqtt.packet.PublishProperties;
import dev.pipit.mqtt.packet.Qos;
import dev.pipit.mqtt.packet.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A store as a test wants it: records from 1 on, and what was settled, in order. */
public final class ListStore implements PublishStore {
    private record Entry(
            TopicName topic, String payload, Qos qos, boolean retain, PublishProperties with) {}

    private final TreeMap<Long, Entry> records = new TreeMap<>();
    private long last;

    /** {@code sequence:code}. */
    public final List<String> settled = new ArrayList<>();

    public ListStore add(String topic, String payload, int qos) {
        return add(topic, payload, qos, false, PublishProperties.NONE);
    }

    public ListStore add(
            String topic, String payload, int qos, boolean retain, PublishProperties with) {
        records.put(++last, new Entry(TopicName.of(topic), payload, Qos.of(qos), retain, with));
        return this;
    }

    /** The sequence of the record that is added next. */
    public ListStore beginAt(long sequence) {
        last = sequence - 1;
        return this;
    }

    /** Gives a record up, as a full or expired store does. */
    public void evict(long sequence) {
        records.remove(sequence);
    }

    @Override
    public boolean next(long after, OutboundPublish into) {
        Map.Entry<Long, Entry> found = records.higherEntry(after);
        if (found == null) {
            return false;
        }
        Entry entry = found.getValue();
        byte[] bytes = entry.payload.getBytes(StandardCharsets.UTF_8);
        into.set(
                found.getKey(),
                entry.topic,
                bytes,
                0,
                bytes.length,
                entry.qos,
                entry.retain,
                entry.with,
                entry.with.messageExpirySeconds());
        return true;
    }

    @Override
    public void settled(long sequence, int reasonCode) {
        records.remove(sequence);
        settled.add(sequence + ":" + reasonCode);
    }
}
