package dev.pipit.spool;

/** What an accepted record survives. */
public enum Durability {
    /** Nothing: it is kept in memory. */
    VOLATILE,
    /** The end of the process; a power cut once it has moved to the card. */
    DURABLE,
    /** A power cut: it is on the card before it counts as accepted. */
    SYNCED
}
