package dev.pipit.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SegmentImageTest {
    private static final byte[] PAYLOAD = {'a', 'b', 'c'};

    private final MemoryDisk disk = new MemoryDisk();
    private final SegmentImage image = new SegmentImage();
    private Segment segment;

    @BeforeEach
    void begin() throws IOException {
        segment = segment("one", 0x11);
        image.begin(segment, 0x22);
    }

    private Segment segment(String name, long generation) throws IOException {
        return new Segment(name, disk.create(name, SegmentLayout.SEGMENT_LENGTH), generation, 0);
    }

    private String written(Segment of, int length) throws IOException {
        byte[] bytes = new byte[length];
        of.file.read(0, bytes, 0, length);
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void headerRecordAndEndMarkStandInTheFileByteForByte() throws IOException {
        image.append(segment, 0x23, 0x44, PAYLOAD, 0, 3);
        image.writeEndMark(segment);

        assertThat(written(segment, 32 + 27 + 24))
                .isEqualTo(
                        "70535031" // magic
                                + "00000001" // version
                                + "0000000000000011" // generation
                                + "0000000000000022" // first sequence
                                + "00000000"
                                + "e9941e1a" // of the header before it
                                + "00000003" // length
                                + "9f999cd6" // of generation, length, sequence, stamp, payload
                                + "0000000000000023" // sequence
                                + "0000000000000044" // stamp
                                + "616263" // payload
                                + "00000000" // length 0: the end mark
                                + "5f3dc560"
                                + "0000000000000023" // the last sequence
                                + "0000000000000044"); // the last stamp
    }

    @Test
    void aSegmentWrittenInOneGoHasTheBytesOfOneWrittenRecordByRecord() throws IOException {
        image.append(segment, 0x23, 0x44, PAYLOAD, 0, 3);
        image.append(segment, 0x25, 0x45, PAYLOAD, 1, 2);
        image.writeEndMark(segment);
        Segment again = segment("again", 0x11);
        SegmentImage other = new SegmentImage();
        other.begin(again, 0x22);
        other.add(again, 0x23, 0x44, PAYLOAD, 0, 3);
        other.copy(again, image, segment, 1);
        assertThat(written(again, 33)).as("nothing but the header yet").endsWith("00");

        other.writeRecordsAndEndMark(again);

        int length = SegmentLayout.SEGMENT_LENGTH;
        assertThat(written(again, length)).isEqualTo(written(segment, length));
        assertThat(again.count()).isEqualTo(2);
        assertThat(again.lastStamp).isEqualTo(0x45);
    }

    @Test
    void anImageLoadedFromItsFileIsAddedToAsBefore() throws IOException {
        image.append(segment, 0x23, 0x44, PAYLOAD, 0, 3);
        SegmentImage loaded = new SegmentImage();
        loaded.load(segment);
        Segment copy = segment("copy", 0x12);

        loaded.copy(copy, loaded, segment, 0);
        loaded.writeRecords(copy);

        byte[] record = new byte[27];
        copy.file.read(32, record, 0, 27);
        assertThat(Arrays.copyOfRange(record, 24, 27)).isEqualTo(PAYLOAD);
        assertThat(copy.sequence(0)).isEqualTo(0x23);
    }

    @Test
    void aRecordFitsWhereItsEndMarkFitsToo() throws IOException {
        int most = SegmentLayout.MAX_PAYLOAD;
        assertThat(SegmentImage.hasRoom(segment, most)).isTrue();
        assertThat(SegmentImage.hasRoom(segment, most + 1)).isFalse();

        image.append(segment, 0x23, 0x44, new byte[most], 0, most);
        image.writeEndMark(segment);

        assertThat(segment.end + SegmentLayout.RECORD_HEADER_LENGTH)
                .isEqualTo(SegmentLayout.SEGMENT_LENGTH);
    }

    @Test
    void aRecordThatTheDiskRefusesIsNoneOfTheSegments() throws IOException {
        FaultyDisk faulty = new FaultyDisk();
        Segment onFaulty =
                new Segment("x", faulty.create("x", SegmentLayout.SEGMENT_LENGTH), 0x11, 0);
        image.begin(onFaulty, 0x22);
        faulty.readOnly = true;

        assertThatThrownBy(() -> image.append(onFaulty, 0x23, 0x44, PAYLOAD, 0, 3))
                .isInstanceOf(IOException.class);

        assertThat(onFaulty.count()).isZero();
        assertThat(onFaulty.end).isEqualTo(SegmentLayout.HEADER_LENGTH);
    }
}
