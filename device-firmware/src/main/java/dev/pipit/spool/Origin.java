package dev.pipit.spool;

/**
 * Tells from a record's bytes whose it is, so that a loss can say whose records went. The spool
 * itself knows only bytes.
 */
@FunctionalInterface
public interface Origin {
    /** Nobody can know. */
    int UNKNOWN = -1;

    /** As many as can be told apart: 0 to one below. */
    int MOST = 256;

    /** Of records that say nothing of it. */
    Origin NONE = (bytes, offset, length) -> UNKNOWN;

    /**
     * @param length of the record, 1 or more
     * @return 0..255, or {@link #UNKNOWN}
     */
    int of(byte[] bytes, int offset, int length);
}
