package dev.pipit.spool;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes one segment of two by letting go every second record. */
final class Thinning {
    private Thinning() {}

    /**
     * The two stay as they are: whoever opens the disk now finds those, or the merged one once it
     * is whole.
     *
     * @param first sealed, as is {@code second}, which follows it
     * @param losses what was let go is added
     * @return synced and sealed; {@code null} if there is no room for it
     */
    static @Nullable Segment merge(
            SegmentFiles files, RecordReader reader, Segment first, Segment second, Losses losses)
            throws IOException {
        SegmentImage image = new SegmentImage();
        Segment merged = files.create(image, first.firstSequence);
        if (merged == null) {
            return null;
        }
        SpoolRecord record = new SpoolRecord();
        int position = 0;
        for (Segment from : List.of(first, second)) {
            for (int i = from.unsettledFrom(0); i >= 0; i = from.unsettledFrom(i + 1)) {
                boolean keep = (position++ & 1) == 0;
                boolean reads = reader.read(from, i, record);
                if (keep && reads && SegmentImage.hasRoom(merged, record.length)) {
                    image.add(
                            merged,
                            record.sequence,
                            record.stamp,
                            record.payload,
                            0,
                            record.length);
                } else {
                    reader.readLoss(from, i, losses);
                }
            }
        }
        image.writeRecordsAndEndMark(merged);
        merged.file.sync();
        files.syncNames();
        merged.sealed = true;
        merged.trim();
        return merged;
    }
}
