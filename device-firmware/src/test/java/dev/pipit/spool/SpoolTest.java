package dev.pipit.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pipit.spool.FaultyDisk.Cut;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
    private static final SpoolOptions SMALL =
            new SpoolOptions(4, 3, 4, 0, 30_000, 10_000, 60_000, DropPolicy.OLDEST);

    private final FaultyDisk ring = new FaultyDisk();
    private final FaultyDisk card = new FaultyDisk();
    private final FaultyDisk synced = new FaultyDisk();
    private final SplittableRandom random = new SplittableRandom(4);
    private final byte[] bytes = new byte[8000];

    @TempDir Path directory;

    private Spool open(SpoolOptions options) {
        return Spool.open(options, ring, card, synced);
    }

    /** After a restart of the machine: what was in memory is gone. */
    private static Spool reboot(FaultyDisk card, FaultyDisk synced) {
        return Spool.open(SMALL, new FaultyDisk(), card, synced);
    }

    private long append(Spool spool, Durability durability) {
        return spool.append(durability, 7, bytes, 0, 100);
    }

    private static List<Long> unsettled(Spool spool) {
        List<Long> sequences = new ArrayList<>();
        SpoolRecord record = new SpoolRecord();
        for (long at = 0; spool.next(at, record); at = record.sequence()) {
            sequences.add(record.sequence());
        }
        return sequences;
    }

    @Test
    void recordsOfAllDurabilitiesComeOutInOneOrder() {
        Spool spool = open(SMALL);
        for (int i = 0; i < 9; i++) {
            append(spool, Durability.values()[i % 3]);
        }
        assertThat(unsettled(spool)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
        assertThat(spool.backlog()).isEqualTo(9);
        assertThat(spool.oldest()).isEqualTo(1);
        assertThat(spool.newest()).isEqualTo(9);
        for (long sequence : new long[] {2, 9, 1, 4, 3, 5, 6, 8}) {
            assertThat(spool.settled(sequence)).isTrue();
            assertThat(spool.settled(sequence)).isFalse();
        }
        assertThat(unsettled(spool)).containsExactly(7L);
    }

    @Test
    void recordsAcknowledgedInTimeNeverTouchTheCard() {
        Spool spool = open(SMALL);
        long before = card.bytesWritten;
        SpoolRecord record = new SpoolRecord();
        for (int second = 0; second < 3600; second++) {
            assertThat(append(spool, Durability.DURABLE)).isPositive();
            spool.work(second * 1000L);
            if (second % 10 == 9) {
                for (long at = 0; spool.next(at, record); at = record.sequence()) {
                    spool.settled(record.sequence());
                }
            }
        }
        assertThat(card.bytesWritten - before).isLessThan(40_000);
    }

    @Test
    void unacknowledgedRecordsMoveToTheCardInGroups() {
        Spool spool = open(SMALL);
        append(spool, Durability.DURABLE);
        long syncs = card.syncs;
        for (int second = 0; second <= 200; second++) {
            spool.work(100_000 + second * 1000L);
        }
        assertThat(card.syncs - syncs).isLessThan(6);
        Spool after = reboot(card.cut(Cut.ALL_LOST, random), new FaultyDisk());
        assertThat(unsettled(after)).containsExactly(1L);
        assertThat(after.gaps()).extracting(Gap::reason).containsExactly(Gap.Reason.POWER_CUT);
        assertThat(unsettled(spool)).containsExactly(1L);
        assertThat(spool.backlog()).isEqualTo(1);
    }

    @Test
    void killedProcessLosesNothingAndSequencesGoOn() {
        Spool spool = open(SMALL);
        append(spool, Durability.DURABLE);
        append(spool, Durability.SYNCED);
        append(spool, Durability.VOLATILE);
        Spool after =
                Spool.open(
                        SMALL,
                        ring.cut(Cut.ALL_KEPT, random),
                        card.cut(Cut.ALL_KEPT, random),
                        synced.cut(Cut.ALL_KEPT, random));
        assertThat(unsettled(after)).containsExactly(1L, 2L);
        assertThat(after.gaps()).isEmpty();
        assertThat(append(after, Durability.DURABLE)).isGreaterThan(3);
    }

    @Test
    void syncedRecordSurvivesAPowerCutAtOnce() {
        for (Cut cut : Cut.values()) {
            FaultyDisk disk = new FaultyDisk();
            Spool spool = reboot(new FaultyDisk(), disk);
            for (int i = 0; i < 50; i++) {
                append(spool, Durability.SYNCED);
            }
            assertThat(unsettled(reboot(new FaultyDisk(), disk.cut(cut, random)))).hasSize(50);
        }
    }

    @Test
    void orderlyEndBringsEverythingToTheCardAndReportsNothing() {
        Spool spool = open(SMALL);
        append(spool, Durability.DURABLE);
        append(spool, Durability.SYNCED);
        spool.close();
        Spool after = reboot(card.cut(Cut.ALL_LOST, random), synced.cut(Cut.ALL_LOST, random));
        assertThat(unsettled(after)).containsExactly(1L, 2L);
        assertThat(after.gaps()).isEmpty();
        assertThat(after.badRecords()).isZero();
    }

    @Test
    void settledRecordsStaySettledOverAnOrderlyEndWhateverTheOrder() {
        Spool spool = open(SMALL);
        List<Long> left = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            append(spool, i % 2 == 0 ? Durability.SYNCED : Durability.DURABLE);
        }
        for (long sequence = 1; sequence <= 100; sequence++) {
            if (sequence % 3 == 0 || sequence > 60) {
                spool.settled(sequence);
            } else {
                left.add(sequence);
            }
        }
        spool.close();
        assertThat(unsettled(reboot(card, synced))).isEqualTo(left);
    }

    @Test
    void everyDropIsReportedAndTheReportSurvivesUntilItIsDelivered() {
        for (DropPolicy policy : DropPolicy.values()) {
            FaultyDisk thisCard = new FaultyDisk();
            SpoolOptions options = SMALL.withPolicy(policy);
            Spool spool = Spool.open(options, new FaultyDisk(), thisCard, null);
            int refused = 0;
            for (int i = 0; i < 200; i++) {
                long sequence = spool.append(Durability.DURABLE, i, bytes, 0, 7000);
                refused += sequence == Spool.REFUSED ? 1 : 0;
            }
            long reported = spool.gaps().stream().mapToLong(Gap::records).sum();
            long kept = unsettled(spool).size();
            assertThat(reported + kept).as(policy.name()).isEqualTo(200);
            assertThat(refused > 0).isEqualTo(policy == DropPolicy.NEWEST);
            assertThat(kept).isGreaterThan(10);
            spool.close();
            Spool after = Spool.open(options, new FaultyDisk(), thisCard, null);
            assertThat(after.gaps().isEmpty()).isEqualTo(policy == DropPolicy.NEWEST);
            after.reported(after.gaps());
            assertThat(after.gaps()).isEmpty();
            after.close();
            assertThat(Spool.open(options, new FaultyDisk(), thisCard, null).gaps()).isEmpty();
        }
    }

    @Test
    void thinningKeepsACoarseRecordOfTheWholeTime() {
        Spool spool = open(SMALL.withPolicy(DropPolicy.THIN));
        for (int i = 0; i < 400; i++) {
            spool.append(Durability.SYNCED, i, bytes, 0, 3000);
        }
        List<Long> kept = unsettled(spool);
        assertThat(kept).isSorted().doesNotHaveDuplicates();
        assertThat(kept.get(0)).isLessThan(20);
        assertThat(kept.get(kept.size() - 1)).isEqualTo(400);
    }

    @Test
    void failingCardKeepsReadingsInTheRingAndComesBack() {
        Spool spool = open(SMALL);
        card.readOnly = true;
        append(spool, Durability.DURABLE);
        spool.work(100_000);
        spool.work(200_000);
        assertThat(spool.fault()).contains("Read-only file system");
        assertThat(unsettled(spool)).containsExactly(1L);
        append(spool, Durability.DURABLE);
        card.readOnly = false;
        spool.work(300_000);
        spool.work(400_000);
        assertThat(spool.fault()).isNull();
        assertThat(unsettled(spool)).containsExactly(1L, 2L);
        assertThat(unsettled(reboot(card.cut(Cut.ALL_LOST, random), new FaultyDisk())))
                .containsExactly(1L, 2L);
    }

    @Test
    void failedSyncsLoseNothingHoweverMany() {
        for (int failing = 1; failing < 8; failing++) {
            FaultyDisk thisCard = new FaultyDisk();
            Spool spool = reboot(thisCard, new FaultyDisk());
            append(spool, Durability.DURABLE);
            spool.work(100_000);
            spool.work(200_000);
            append(spool, Durability.DURABLE);
            thisCard.failingSyncs = failing;
            for (int i = 3; i < 30; i++) {
                spool.work(i * 100_000L);
            }
            assertThat(spool.fault()).isNull();
            assertThat(unsettled(spool)).containsExactly(1L, 2L);
            assertThat(unsettled(reboot(thisCard.cut(Cut.ALL_LOST, random), new FaultyDisk())))
                    .as("%d failing", failing)
                    .containsExactly(1L, 2L);
        }
    }

    @Test
    void noRecordWithoutARingComesBetweenASyncedRecordAndItsSync() throws InterruptedException {
        Spool spool = Spool.open(SMALL, null, null, synced);
        Thread other =
                new Thread(() -> {
                    for (int i = 0; i < 10; i++) {
                        spool.append(Durability.DURABLE, 7, bytes, 0, 8000);
                    }
                });
        append(spool, Durability.SYNCED);
        synced.failingSyncs = 1;
        synced.whileSyncFails =
                () -> {
                    other.start();
                    while (other.getState() != Thread.State.BLOCKED && other.isAlive()) {
                        Thread.onSpinWait();
                    }
                };

        long sequence = append(spool, Durability.SYNCED);

        other.join();
        Spool after = reboot(new FaultyDisk(), synced.cut(Cut.ALL_LOST, random));
        assertThat(unsettled(after)).contains(1L, sequence);
        assertThat(unsettled(spool)).hasSize(12);
    }

    @Test
    void aCardGivenUpWhileItSyncsHoldsNothingThatCountsAsSynced() {
        Spool spool = open(SMALL);
        for (int i = 0; i < 9; i++) {
            // Eight fill a segment, the ninth begins another.
            spool.append(Durability.SYNCED, 7, bytes, 0, 8000);
        }
        synced.failingSyncs = 1;
        synced.whileSyncFails =
                () -> {
                    synced.readOnly = true;
                    for (long sequence = 1; sequence <= 8; sequence++) {
                        spool.settled(sequence);
                    }
                };

        long sequence = append(spool, Durability.SYNCED);

        assertThat(spool.fault()).contains("Read-only");
        assertThat(unsettled(spool)).containsExactly(sequence);
        synced.readOnly = false;
        spool.work(100_000);
        assertThat(spool.fault()).isNull();
        assertThat(unsettled(spool)).contains(9L, sequence);
    }

    @Test
    void everyDiskFailingLeavesMemoryAndAnAlarm() {
        ring.full = true;
        card.full = true;
        synced.full = true;
        Spool spool = open(SMALL);
        for (Durability durability : Durability.values()) {
            append(spool, durability);
        }
        assertThat(unsettled(spool)).hasSize(3);
        assertThat(spool.fault()).contains("No space left on device");
    }

    @Test
    void fullRingIsEmptiedToTheCardAndAfterThatThePolicyDecides() {
        Spool spool = open(SMALL);
        for (int i = 0; i < 50; i++) {
            assertThat(spool.append(Durability.DURABLE, i, bytes, 0, 7000)).isPositive();
        }
        assertThat(unsettled(spool)).hasSizeGreaterThan(30).endsWith(49L, 50L);
    }

    @Test
    void lengthIsBounded() {
        Spool spool = open(SMALL);
        byte[] much = new byte[70_000];
        assertThat(spool.append(Durability.DURABLE, 0, much, 0, Spool.MAX_LENGTH)).isEqualTo(1);
        assertThatThrownBy(() -> spool.append(Durability.DURABLE, 0, much, 0, Spool.MAX_LENGTH + 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> spool.append(Durability.DURABLE, 0, much, 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void appendingReadingAndSettlingAllocateNothing() throws IOException {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        Spool spool =
                Spool.open(
                        SpoolOptions.usual(),
                        DirectoryDisk.inMemory(directory.resolve("ring")),
                        DirectoryDisk.onCard(directory.resolve("card")),
                        null);
        SpoolRecord record = new SpoolRecord();
        long allocated = Long.MAX_VALUE;
        for (int round = 0; round < 300 && allocated > 0; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            long unit = threads.getCurrentThreadAllocatedBytes() - before;
            before = threads.getCurrentThreadAllocatedBytes();
            // Far less than a segment, so that most rounds open none.
            for (int i = 0; i < 20; i++) {
                long sequence = append(spool, Durability.DURABLE);
                spool.next(sequence - 1, record);
                spool.settled(sequence);
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before - unit;
        }
        assertThat(allocated).isZero();
        spool.close();
    }

    @Test
    void whatAFullSpoolDropsIsToldByOrigin() {
        for (DropPolicy policy : DropPolicy.values()) {
            Origin firstByte = (record, offset, length) -> record[offset] & 0xFF;
            SpoolOptions options = SMALL.withPolicy(policy).withOrigin(firstByte);
            Spool spool = Spool.open(options, new FaultyDisk(), null, null);
            byte[] record = new byte[3_000];
            long[] appended = new long[3];
            for (int i = 0; i < 400; i++) {
                // Whose records they are: 0, 1, 0, 2, ...
                int origin = (i & 1) == 0 ? 0 : 1 + (i >> 1 & 1);
                record[0] = (byte) origin;
                appended[origin]++;
                spool.append(Durability.DURABLE, i, record, 0, record.length);
            }
            SpoolRecord held = new SpoolRecord();
            for (long at = 0; spool.next(at, held); at = held.sequence()) {
                appended[held.payload()[0]]--;
            }
            assertThat(spool.gaps()).as(policy.name()).hasSize(3);
            for (Gap gap : spool.gaps()) {
                assertThat(gap.records()).as("%s", gap).isEqualTo(appended[gap.origin()]);
                assertThat(gap.reason()).isEqualTo(Gap.Reason.DROPPED);
            }
            spool.close();
        }
    }

    @Test
    void lossesOfMoreOriginsThanFitBecomeOneOfNobodyKnowsWhose() {
        Origin firstByte = (record, offset, length) -> record[offset] & 0xFF;
        FaultyDisk disk = new FaultyDisk();
        Spool spool =
                Spool.open(
                        SMALL.withPolicy(DropPolicy.NEWEST).withOrigin(firstByte),
                        disk,
                        null,
                        null);
        byte[] record = new byte[10_000];
        long refused = 0;
        for (int i = 0; i < 500; i++) {
            record[0] = (byte) (i % 100);
            long sequence = spool.append(Durability.DURABLE, i, record, 0, record.length);
            refused += sequence == Spool.REFUSED ? 1 : 0;
        }
        assertThat(spool.gaps()).hasSize(48);
        assertThat(spool.gaps().stream().mapToLong(Gap::records).sum()).isEqualTo(refused);
        assertThat(spool.gaps()).filteredOn(gap -> gap.origin() == Origin.UNKNOWN).hasSize(1);
        List<Gap> before = spool.gaps();
        spool.close();
        assertThat(Spool.open(SMALL, disk, null, null).gaps()).isEqualTo(before);
    }

    @Test
    void appendingAllocatesNothingWhereSegmentsRollEither() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        Spool spool =
                Spool.open(
                        SpoolOptions.usual(),
                        DirectoryDisk.inMemory(directory.resolve("ring")),
                        null,
                        null);
        byte[] frame = new byte[100];
        long[] sequences = new long[300];
        long allocated = Long.MAX_VALUE;
        long nowMs = 0;
        for (int round = 0; round < 50 && allocated > 0; round++) {
            allocated = 0;
            // 3,000 records of 124 bytes: five to six segments.
            for (int chunk = 0; chunk < 10; chunk++) {
                nowMs += 1_000;
                spool.work(nowMs);
                long before = threads.getCurrentThreadAllocatedBytes();
                long unit = threads.getCurrentThreadAllocatedBytes() - before;
                before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < sequences.length; i++) {
                    sequences[i] = spool.append(Durability.DURABLE, nowMs, frame, 0, frame.length);
                }
                allocated += threads.getCurrentThreadAllocatedBytes() - before - unit;
                for (long sequence : sequences) {
                    assertThat(spool.settled(sequence)).isTrue();
                }
            }
        }
        assertThat(allocated).isZero();
        spool.close();
    }

    @Test
    void aSegmentMadeReadyAheadIsNothingToWhoeverOpensTheLogAfterACrash() throws IOException {
        Spool spool = Spool.open(SpoolOptions.usual(), ring, card, synced);
        append(spool, Durability.DURABLE);
        spool.work(1_000);
        spool.work(2_000);
        assertThat(ring.names()).filteredOn(name -> name.startsWith("live-")).hasSize(2);

        SegmentLog killed =
                SegmentLog.open(ring.cut(FaultyDisk.Cut.ALL_KEPT, new SplittableRandom(1)), 4, 0);
        assertThat(killed.unsettled()).isEqualTo(1);
        assertThat(killed.badRecords()).isZero();
        assertThat(killed.gaps()).isEmpty();
        spool.close();
    }

    @Test
    void full16MebibytesOpenInAMoment() throws IOException {
        Path at = directory.resolve("big");
        SegmentLog log = SegmentLog.open(DirectoryDisk.inMemory(at), 256, 0);
        long sequence = 1;
        while (true) {
            if (log.append(sequence, 0, bytes, 0, 150)) {
                sequence++;
            } else if (!log.roll(sequence)) {
                break;
            }
        }
        log.close();
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            long start = System.nanoTime();
            SegmentLog again = SegmentLog.open(DirectoryDisk.onCard(at), 256, 0);
            best = Math.min(best, System.nanoTime() - start);
            assertThat(again.unsettled()).isEqualTo(sequence - 1);
            again.abandon();
        }
        // The figure is 100 ms on a quiet machine; a build shares its own.
        assertThat(best / 1_000_000).isLessThan(500);
    }
}
