package dev.pipit.spool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.spool.FaultyDisk.Cut;
import java.io.IOException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SegmentDamageTest {
    /** Two segments, closed in order; every record says its own number. */
    private static FaultyDisk twoSegments() throws IOException {
        FaultyDisk disk = new FaultyDisk();
        SegmentLog log = SegmentLog.open(disk, 4, 0);
        byte[] bytes = new byte[5];
        for (int i = 1; i <= 20; i++) {
            if (i == 1 || i == 11) {
                log.roll(i);
            }
            bytes[0] = (byte) i;
            log.append(i, i, bytes, 0, bytes.length);
        }
        log.close();
        return disk;
    }

    @Test
    void everyFlippedBitCostsRecordsOfItsSegmentAtMostAndIsReported() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        FaultyDisk clean = twoSegments();
        String first =
                clean.names().stream().filter(n -> n.startsWith("live")).sorted().findFirst().get();
        int used = SegmentLayout.HEADER_LENGTH + 10 * 29 + SegmentLayout.RECORD_HEADER_LENGTH;
        for (int bit = 0; bit < used * 8; bit++) {
            FaultyDisk disk = clean.cut(Cut.ALL_KEPT, random);
            disk.bytes(first)[bit / 8] ^= (byte) (1 << (bit & 7));

            SegmentLog log = SegmentLog.open(disk, 4, 0);

            SpoolRecord record = new SpoolRecord();
            int found = 0;
            int fromSecond = 0;
            for (long at = Long.MIN_VALUE; log.next(at, record); at = record.sequence()) {
                assertThat((long) record.payload()[0]).isEqualTo(record.sequence());
                found++;
                fromSecond += record.sequence() > 10 ? 1 : 0;
            }
            assertThat(fromSecond).as("bit %d", bit).isEqualTo(10);
            boolean reported = log.badRecords() == 1 && log.gaps().size() == 1;
            assertThat(found == 20 || reported).as("bit %d, %d found", bit, found).isTrue();
        }
    }

    @Test
    void everyFlippedBitOfTheLastSegmentIsReportedAfterAnOrderlyClose() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        FaultyDisk clean = twoSegments();
        String last =
                clean.names().stream()
                        .filter(n -> n.startsWith("live"))
                        .sorted()
                        .reduce((a, b) -> b)
                        .get();
        int used = SegmentLayout.HEADER_LENGTH + 10 * 29;
        for (int bit = 0; bit < used * 8; bit++) {
            FaultyDisk disk = clean.cut(Cut.ALL_KEPT, random);
            disk.bytes(last)[bit / 8] ^= (byte) (1 << (bit & 7));
            SegmentLog log = SegmentLog.open(disk, 4, 0);
            assertThat(log.unsettled() == 20 || log.gaps().size() == 1)
                    .as("bit %d, %d found", bit, log.unsettled())
                    .isTrue();
        }
    }

    @Test
    void eitherCursorSlotMayBeDamaged() throws IOException {
        SplittableRandom random = new SplittableRandom(2);
        FaultyDisk clean = twoSegments();
        for (int i = 0; i < 400; i++) {
            FaultyDisk disk = clean.cut(Cut.ALL_KEPT, random);
            byte[] cursor = disk.bytes("cursor");
            cursor[random.nextInt(cursor.length)] ^= (byte) (1 << random.nextInt(8));
            SegmentLog log = SegmentLog.open(disk, 4, 0);
            assertThat(log.unsettled()).isEqualTo(20);
            assertThat(log.lastSequence()).isEqualTo(20);
        }
    }

    @Test
    void filesOfAnyContentAndLengthNeverStopAStartAndAreNeverDeleted() throws IOException {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 200; i++) {
            FaultyDisk disk = twoSegments();
            for (int f = 0; f < 5; f++) {
                int length =
                        random.nextBoolean()
                                ? SegmentLayout.SEGMENT_LENGTH
                                : random.nextInt(100_000);
                byte[] bytes = new byte[length];
                if (random.nextBoolean()) {
                    random.nextBytes(bytes);
                }
                String name =
                        switch (random.nextInt(5)) {
                            case 0 -> "live-%016x.seg".formatted(random.nextLong(100) + 10);
                            case 1 -> "live-nonsense.seg";
                            case 2 -> "free-.seg";
                            case 3 -> "live-.seg";
                            default -> "x" + f;
                        };
                disk.create(name, length).write(0, bytes, 0, length);
            }
            int before = disk.names().size();
            SegmentLog log = SegmentLog.open(disk, 8, 0);
            assertThat(log.unsettled()).isEqualTo(20);
            assertThat(disk.names()).hasSizeGreaterThanOrEqualTo(before - 1);
            assertThat(disk.names().stream().filter(n -> n.endsWith(".bad")).count())
                    .isLessThanOrEqualTo(2);
        }
    }

    @Test
    void recordThatRotsWhileOpenIsPassedOverAndReported() throws IOException {
        FaultyDisk disk = twoSegments();
        SegmentLog log = SegmentLog.open(disk, 4, 0);
        String first =
                disk.names().stream().filter(n -> n.startsWith("live")).sorted().findFirst().get();
        disk.bytes(first)[SegmentLayout.HEADER_LENGTH + SegmentLayout.RECORD_HEADER_LENGTH] ^= 1;
        SpoolRecord record = new SpoolRecord();
        assertThat(log.next(Long.MIN_VALUE, record)).isTrue();
        assertThat(record.sequence()).isEqualTo(2);
        assertThat(log.gaps()).singleElement().extracting(Gap::records).isEqualTo(1L);
    }
}
