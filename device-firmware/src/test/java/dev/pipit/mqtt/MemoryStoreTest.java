package dev.pipit.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.mqtt.packet.PublishProperties;
import dev.pipit.mqtt.packet.Qos;
import dev.pipit.mqtt.packet.TopicName;
import dev.pipit.mqtt.session.OutboundPublish;
import dev.pipit.mqtt.session.PublishStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The bounded store behind publish. */
final class MemoryStoreTest {
    private static final TopicName TOPIC = TopicName.of("a");

    private final List<String> refused = new ArrayList<>();
    private final MemoryStore store =
            new MemoryStore(10_000, (topic, code) -> refused.add(topic + " " + code));
    private final OutboundPublish record = new OutboundPublish();

    private boolean add(byte[] payload) {
        return store.add(
                TOPIC,
                payload,
                0,
                payload.length,
                Qos.AT_LEAST_ONCE,
                false,
                PublishProperties.NONE,
                0);
    }

    /** A model of the store: payloads in order; random adds and settles in any order. */
    @Test
    void holdsWhatItWasGivenWhateverTheOrderOfSettling() {
        Random random = new Random(5);
        ArrayDeque<byte[]> waiting = new ArrayDeque<>();
        List<long[]> open = new ArrayList<>();
        long after = PublishStore.BEFORE_FIRST;
        int full = 0;
        int value = 0;
        for (int round = 0; round < 200_000; round++) {
            if (random.nextInt(100) < 52) {
                byte[] payload = new byte[random.nextInt(300)];
                Arrays.fill(payload, (byte) value++);
                if (add(payload)) {
                    waiting.add(payload);
                } else {
                    full++;
                }
            } else if (random.nextBoolean() && store.next(after, record)) {
                byte[] expected = waiting.remove();
                assertThat(
                                Arrays.copyOfRange(
                                        record.payload(),
                                        record.offset(),
                                        record.offset() + record.length()))
                        .isEqualTo(expected);
                after = record.sequence();
                open.add(
                        new long[] {
                            after, expected.length, expected.length == 0 ? 0 : expected[0]
                        });
            } else if (!open.isEmpty()) {
                long[] entry = open.remove(random.nextInt(open.size()));
                // Reading again finds the same bytes, wherever they moved.
                assertThat(store.next(entry[0] - 1, record)).isTrue();
                assertThat(record.sequence()).isEqualTo(entry[0]);
                assertThat(record.length()).isEqualTo((int) entry[1]);
                for (int i = 0; i < record.length(); i++) {
                    assertThat(record.payload()[record.offset() + i]).isEqualTo((byte) entry[2]);
                }
                store.settled(entry[0], 0);
            }
        }
        assertThat(full).isPositive();
        while (!open.isEmpty()) {
            store.settled(open.remove(open.size() - 1)[0], 0);
        }
        while (store.next(after, record)) {
            after = record.sequence();
            store.settled(after, 0);
        }
        assertThat(store.size()).isZero();
    }

    @Test
    void refusalsAreTold() {
        add(new byte[1]);
        store.next(PublishStore.BEFORE_FIRST, record);
        store.settled(record.sequence(), 0x97);
        assertThat(refused).containsExactly("a 151");
        assertThat(store.next(PublishStore.BEFORE_FIRST, record)).isFalse();
    }

    @Test
    void whatExpiredBeforeItWasSentIsDroppedAndTheRestOfTheTimeIsTold() {
        long now = System.nanoTime() / 1_000_000;
        PublishProperties minute = PublishProperties.builder().messageExpirySeconds(60).build();
        store.add(TOPIC, new byte[1], 0, 1, Qos.AT_LEAST_ONCE, false, minute, now - 61_000);
        store.add(TOPIC, new byte[2], 0, 2, Qos.AT_LEAST_ONCE, true, minute, now - 20_000);
        assertThat(store.next(PublishStore.BEFORE_FIRST, record)).isTrue();
        assertThat(record.length()).isEqualTo(2);
        assertThat(record.retain()).isTrue();
        assertThat(record.messageExpirySeconds()).isBetween(39L, 40L);
    }
}
