package dev.pipit.spool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.spool.FaultyDisk.Cut;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DraftRingTest {
    private static final int LENGTH = 4096;

    private final FaultyDisk disk = new FaultyDisk();
    private final SplittableRandom random = new SplittableRandom(5);

    private static List<Long> drafts(DraftRing ring) throws IOException {
        List<Long> sequences = new ArrayList<>();
        SpoolRecord record = new SpoolRecord();
        for (long at = 0; ring.next(at, record); at = record.sequence()) {
            sequences.add(record.sequence());
        }
        return sequences;
    }

    private DraftRing afterAKill() throws IOException {
        return DraftRing.open(disk.cut(Cut.ALL_KEPT, random), LENGTH);
    }

    @Test
    void draftsComeBackInOrderAfterAKillButForThoseThatAreDone() throws IOException {
        DraftRing ring = DraftRing.open(disk, LENGTH);
        for (int i = 1; i <= 10; i++) {
            assertThat(ring.append(i, 7, new byte[] {(byte) i, 2}, 0, 2)).isTrue();
        }
        assertThat(ring.done(1)).isTrue();
        assertThat(ring.done(4)).isTrue();
        assertThat(ring.done(4)).isFalse();
        assertThat(ring.done(11)).isFalse();
        DraftRing after = afterAKill();
        assertThat(drafts(after)).containsExactly(2L, 3L, 5L, 6L, 7L, 8L, 9L, 10L);
        SpoolRecord record = new SpoolRecord();
        after.next(2, record);
        assertThat(record.sequence()).isEqualTo(3);
        assertThat(record.stamp()).isEqualTo(7);
        assertThat(record.length()).isEqualTo(2);
        assertThat(record.payload()[0]).isEqualTo((byte) 3);
        assertThat(after.lastSequence()).isEqualTo(10);
    }

    @Test
    void aFullRingRefusesAndTakesAgainOnceTheOldestIsDone() throws IOException {
        DraftRing ring = DraftRing.open(disk, LENGTH);
        int room = LENGTH / 128;
        for (int i = 1; i <= room; i++) {
            assertThat(ring.append(i, 0, new byte[90], 0, 90)).isTrue();
        }
        assertThat(ring.append(room + 1, 0, new byte[90], 0, 90)).isFalse();
        ring.done(2);
        assertThat(ring.append(room + 1, 0, new byte[90], 0, 90)).isFalse();
        ring.done(1);
        assertThat(ring.append(room + 1, 0, new byte[90], 0, 90)).isTrue();
        assertThat(ring.append(room + 2, 0, new byte[90], 0, 90)).isTrue();
        assertThat(ring.append(room + 3, 0, new byte[90], 0, 90)).isFalse();
    }

    /** Any lengths, any order of ends, a kill anywhere: what the ring took and kept is there. */
    @Test
    void whateverHappensTheRingHoldsWhatWasNotDone() throws IOException {
        DraftRing ring = DraftRing.open(disk, LENGTH);
        TreeMap<Long, byte[]> expected = new TreeMap<>();
        long sequence = 0;
        int taken = 0;
        for (int step = 0; step < 20_000; step++) {
            if (random.nextInt(3) > 0) {
                byte[] bytes = new byte[1 + random.nextInt(random.nextInt(20) == 0 ? 700 : 150)];
                random.nextBytes(bytes);
                sequence++;
                if (ring.append(sequence, step, bytes, 0, bytes.length)) {
                    expected.put(sequence, bytes);
                    taken++;
                }
            } else if (!expected.isEmpty()) {
                Long[] keys = expected.keySet().toArray(new Long[0]);
                long gone = keys[Math.min(random.nextInt(4), keys.length - 1)];
                assertThat(ring.done(gone)).isTrue();
                expected.remove(gone);
            }
            if (step % 50 == 0) {
                check(afterAKill(), expected);
            }
            if (step % 1_000 == 999) {
                ring = DraftRing.open(disk, LENGTH);
            }
        }
        check(ring, expected);
        assertThat(taken).isGreaterThan(5_000);
    }

    private static void check(DraftRing ring, Map<Long, byte[]> expected) throws IOException {
        assertThat(drafts(ring)).containsExactlyElementsOf(expected.keySet());
        SpoolRecord record = new SpoolRecord();
        for (long at = 0; ring.next(at, record); at = record.sequence()) {
            byte[] bytes = Objects.requireNonNull(expected.get(record.sequence()));
            assertThat(record.length()).isEqualTo(bytes.length);
            assertThat(Arrays.copyOf(record.payload(), record.length())).isEqualTo(bytes);
        }
    }

    @Test
    void everyFlippedBitCostsOneDraftAtMost() throws IOException {
        DraftRing ring = DraftRing.open(disk, LENGTH);
        for (int i = 1; i <= 20; i++) {
            ring.append(i, 0, new byte[40], 0, 40);
        }
        DiskFile file = disk.open(DraftRing.NAME);
        byte[] one = new byte[1];
        for (int bit = 0; bit < 8 * LENGTH; bit += 3) {
            file.read(bit / 8, one, 0, 1);
            byte before = one[0];
            one[0] ^= (byte) (1 << bit % 8);
            file.write(bit / 8, one, 0, 1);
            assertThat(drafts(DraftRing.open(disk, LENGTH))).hasSizeBetween(19, 20);
            one[0] = before;
            file.write(bit / 8, one, 0, 1);
        }
    }
}
