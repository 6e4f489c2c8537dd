package dev.pipit.uplink;

import dev.pipit.telemetry.Batch;
import dev.pipit.telemetry.DenseEncoder.Effort;
import dev.pipit.telemetry.FrameEncoder;
import dev.pipit.telemetry.FrameFlags;
import dev.pipit.telemetry.Schema;

/** Dense frames, or flat ones where they are smaller. */
final class CompactFormat implements RecordFormat {
    private final Schema schema;
    private final FrameEncoder encoder;

    CompactFormat(Schema schema, int rows) {
        this.schema = schema;
        this.encoder = new FrameEncoder(schema, rows, Effort.affordable());
    }

    @Override
    public int maxLength(int rows) {
        return FrameEncoder.maxLength(schema, rows);
    }

    @Override
    public int encode(Batch batch, int from, boolean sinceBoot, byte[] out, int offset) {
        return encoder.encode(batch, from, sinceBoot ? FrameFlags.SINCE_BOOT : 0, out, offset);
    }

    @Override
    public int rowsTaken() {
        return encoder.rowsTaken();
    }
}
