package dev.pipit.spool;

/** A record that was read; made once and filled again and again. */
public final class SpoolRecord {
    byte[] payload = new byte[SegmentLayout.MAX_PAYLOAD];
    int length;
    long sequence;
    long stamp;

    /** The bytes, from 0 to {@link #length()}; overwritten by the next read. */
    public byte[] payload() {
        return payload;
    }

    public int length() {
        return length;
    }

    public long sequence() {
        return sequence;
    }

    /** What the appender gave, for instance a time. */
    public long stamp() {
        return stamp;
    }
}
