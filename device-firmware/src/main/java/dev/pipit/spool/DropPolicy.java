package dev.pipit.spool;

/** What a full spool lets go. */
public enum DropPolicy {
    /** The oldest segment: the newest readings are worth most. */
    OLDEST,
    /** What comes in: the record of the beginning is worth most. */
    NEWEST,
    /** Every second record, oldest first: a coarse record of everything. */
    THIN
}
