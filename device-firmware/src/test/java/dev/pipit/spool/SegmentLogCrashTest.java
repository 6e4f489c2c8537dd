package dev.pipit.spool;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pipit.spool.FaultyDisk.Cut;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Power cuts at every step of random work, in every way a disk may be left. */
class SegmentLogCrashTest {
    private static final int SEGMENTS = 4;

    /** One log at work, and what it has promised. */
    private static final class Work {
        final SplittableRandom random;
        final FaultyDisk disk = new FaultyDisk();
        final TreeMap<Long, byte[]> appended = new TreeMap<>();
        final TreeMap<Long, byte[]> promised = new TreeMap<>();
        final SegmentLog log;
        final SpoolRecord record = new SpoolRecord();
        long nextSequence = 1;

        Work(long seed, boolean lying) throws IOException {
            random = new SplittableRandom(seed);
            log = SegmentLog.open(disk, SEGMENTS, 0);
            log.reserve(1L << 20);
            disk.lying = lying;
        }

        void step() throws IOException {
            switch (random.nextInt(8)) {
                case 0, 1, 2, 3 -> append();
                case 4, 5 -> {
                    log.sync();
                    promised.putAll(appended);
                }
                case 6 -> settleSome();
                default -> log.writeCursor();
            }
        }

        private void append() throws IOException {
            byte[] bytes = new byte[random.nextInt(4) == 0 ? 30_000 : 1 + random.nextInt(400)];
            random.nextBytes(bytes);
            if (!log.append(nextSequence, nextSequence, bytes, 0, bytes.length)) {
                log.sync();
                promised.putAll(appended);
                if (!log.roll(nextSequence)) {
                    long upTo = log.dropOldest();
                    appended.headMap(upTo, true).clear();
                    promised.headMap(upTo, true).clear();
                    assertThat(log.roll(nextSequence)).isTrue();
                }
                assertThat(log.append(nextSequence, nextSequence, bytes, 0, bytes.length)).isTrue();
            }
            appended.put(nextSequence, bytes);
            nextSequence += 1 + random.nextInt(3);
        }

        private void settleSome() throws IOException {
            long after = random.nextInt(3) == 0 ? random.nextLong(nextSequence) : Long.MIN_VALUE;
            for (int i = 0; i < 3 && log.next(after, record); i++) {
                log.settle(record.sequence());
                appended.remove(record.sequence());
                promised.remove(record.sequence());
            }
        }
    }

    private static void check(Work work, FaultyDisk found, Cut how) throws IOException {
        SegmentLog log = SegmentLog.open(found, SEGMENTS, 0);
        TreeMap<Long, byte[]> missing = new TreeMap<>(work.promised);
        SpoolRecord record = new SpoolRecord();
        long after = Long.MIN_VALUE;
        while (log.next(after, record)) {
            assertThat(record.sequence()).isGreaterThan(after);
            after = record.sequence();
            byte[] expected = work.appended.get(after);
            if (expected != null) {
                assertThat(Arrays.copyOf(record.payload(), record.length())).isEqualTo(expected);
            }
            missing.remove(after);
        }
        assertThat(missing.keySet()).as("promised and lost, %s", how).isEmpty();
        assertThat(after).isLessThan(work.nextSequence);
        assertThat(log.reserved()).isGreaterThanOrEqualTo(work.nextSequence);
        assertThat(log.badRecords()).as("a power cut is no damage, %s", how).isZero();
    }

    private static int run(int states, long seed, boolean lying) throws IOException {
        int done = 0;
        Cut[] cuts = Cut.values();
        for (long s = seed; done < states; s++) {
            Work work = new Work(s, lying);
            for (int step = 0; step < 120; step++) {
                work.step();
                for (Cut cut : cuts) {
                    check(work, work.disk.cut(cut, work.random), cut);
                    done++;
                }
            }
        }
        return done;
    }

    @Test
    void noPowerCutLosesWhatWasSynced() throws IOException {
        run(Integer.getInteger("pipit.crashes", 100_000), 1, false);
    }

    @Test
    void diskThatLiesAboutSyncingIsFoundOut() {
        assertThatThrownBy(() -> run(20_000, 1, true))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("promised and lost");
    }

    @Test
    void lifeGoesOnAfterEachPowerCut() throws IOException {
        SplittableRandom random = new SplittableRandom(9);
        for (int life = 0; life < 60; life++) {
            FaultyDisk disk = new FaultyDisk();
            TreeMap<Long, Integer> promised = new TreeMap<>();
            long sequence = 1;
            for (int boot = 0; boot < 12; boot++) {
                SegmentLog log = SegmentLog.open(disk, SEGMENTS, 0);
                TreeMap<Long, Integer> missing = new TreeMap<>(promised);
                SpoolRecord record = new SpoolRecord();
                for (long at = Long.MIN_VALUE; log.next(at, record); at = record.sequence()) {
                    missing.remove(record.sequence());
                }
                assertThat(missing).as("boot %d", boot).isEmpty();
                assertThat(log.badRecords()).isZero();
                assertThat(log.reserved()).isGreaterThanOrEqualTo(sequence);
                sequence = log.reserved();
                log.reserve(sequence + 1000);
                TreeMap<Long, Integer> fresh = new TreeMap<>();
                for (int i = random.nextInt(40); i > 0; i--) {
                    byte[] bytes = new byte[1 + random.nextInt(900)];
                    if (!log.append(sequence, 0, bytes, 0, bytes.length)) {
                        assertThat(log.roll(sequence)).isTrue();
                        promised.putAll(fresh);
                        assertThat(log.append(sequence, 0, bytes, 0, bytes.length)).isTrue();
                    }
                    fresh.put(sequence++, bytes.length);
                    if (random.nextInt(10) == 0) {
                        log.sync();
                        promised.putAll(fresh);
                    }
                    if (random.nextInt(3) == 0 && log.next(Long.MIN_VALUE, record)) {
                        log.settle(record.sequence());
                        promised.remove(record.sequence());
                        fresh.remove(record.sequence());
                    }
                }
                disk = disk.cut(Cut.values()[random.nextInt(5)], random);
            }
        }
    }

    @Test
    void failedSyncGivesTheSegmentUpAndRewritesItFromMemory() throws IOException {
        FaultyDisk disk = new FaultyDisk();
        SegmentLog log = SegmentLog.open(disk, SEGMENTS, 0);
        byte[] bytes = {1, 2, 3};
        log.roll(1);
        log.append(1, 0, bytes, 0, 3);
        log.sync();
        log.append(2, 0, bytes, 0, 3);
        disk.failingSyncs = 1;
        log.sync();
        SegmentLog after = SegmentLog.open(disk.cut(Cut.ALL_LOST, new SplittableRandom(1)), 4, 0);
        assertThat(after.unsettled()).isEqualTo(2);
        assertThat(disk.names()).filteredOn(name -> name.endsWith(".bad")).hasSize(1);
    }

    /** One record, sealed; only the segment's header is on the disk. */
    private static FaultyDisk killedBetweenAnEndMarkAndItsSync() throws IOException {
        FaultyDisk disk = new FaultyDisk();
        SegmentLog log = SegmentLog.open(disk, SEGMENTS, 0);
        log.roll(1);
        log.sync();
        log.append(1, 0, new byte[] {1, 2, 3}, 0, 3);
        disk.killedBeforeSync = true;
        assertThatThrownBy(() -> log.roll(2)).hasMessage("killed");
        disk.killedBeforeSync = false;
        log.abandon();
        return disk;
    }

    @ParameterizedTest(name = "rolls next: {0}")
    @ValueSource(booleans = {false, true})
    void whatAProcessKilledBetweenAnEndMarkAndItsSyncLeftIsSyncedByTheNext(boolean rolls)
            throws IOException {
        FaultyDisk disk = killedBetweenAnEndMarkAndItsSync();

        SegmentLog next = SegmentLog.open(disk, SEGMENTS, 0);
        if (rolls) {
            next.roll(2);
        } else {
            next.sync();
        }

        SegmentLog after = SegmentLog.open(disk.cut(Cut.ALL_LOST, new SplittableRandom(1)), 4, 0);
        assertThat(after.unsettled()).isEqualTo(1);
        assertThat(after.gaps()).isEmpty();
    }

    @Test
    void aSyncThatFailsOnWhatAKilledProcessSealedLosesNothing() throws IOException {
        FaultyDisk disk = killedBetweenAnEndMarkAndItsSync();

        SegmentLog next = SegmentLog.open(disk, SEGMENTS, 0);
        disk.failingSyncs = 1;
        next.roll(2);
        next.append(2, 0, new byte[3], 0, 3);
        next.sync();

        SegmentLog after = SegmentLog.open(disk.cut(Cut.ALL_LOST, new SplittableRandom(1)), 4, 0);
        assertThat(after.unsettled()).isEqualTo(2);
        assertThat(after.badRecords()).isZero();
    }

    @Test
    void aSyncThatFailsOnASegmentSettledMeanwhileRewritesNothing() throws IOException {
        FaultyDisk disk = killedBetweenAnEndMarkAndItsSync();

        SegmentLog next = SegmentLog.open(disk, SEGMENTS, 0);
        DiskFile file = requireNonNull(next.beginSync());
        assertThat(next.settle(1)).isTrue();
        next.rewriteActive(file);

        assertThat(next.unsettled()).isZero();
        assertThat(disk.names()).noneMatch(name -> name.endsWith(".bad"));
    }

    @Test
    void failedSyncAfterTheActiveSegmentWasForgottenLeavesTheOneBeforeAsItIs() throws IOException {
        FaultyDisk disk = new FaultyDisk();
        byte[] payload = new byte[1000];
        java.util.Arrays.fill(payload, (byte) 7);
        SegmentLog log = SegmentLog.open(disk, 5, 0);
        long sequence = 1;
        assertThat(log.roll(sequence)).isTrue();
        while (log.append(sequence, 0, payload, 0, payload.length)) {
            sequence++;
        }
        long second = sequence;
        assertThat(log.roll(second)).isTrue();
        assertThat(log.append(second, 0, payload, 0, 3)).isTrue();
        log.abandon();
        SegmentLog again = SegmentLog.open(disk, 5, 0);
        again.truncateFrom(second);
        disk.failingSyncs = 1;

        again.sync();

        SpoolRecord record = new SpoolRecord();
        for (long expected = 1; expected < second; expected++) {
            assertThat(again.next(expected - 1, record)).isTrue();
            assertThat(record.sequence).isEqualTo(expected);
            assertThat(record.length).isEqualTo(payload.length);
            assertThat(record.payload[999]).isEqualTo((byte) 7);
        }
    }
}
