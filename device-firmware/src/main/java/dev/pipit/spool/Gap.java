package dev.pipit.spool;

/**
 * Records that will never be delivered.
 *
 * @param reason why
 * @param records how many; -1 where nobody can know
 * @param firstStamp the stamp of the first one lost, or of the last one before it that is known
 * @param lastStamp the stamp of the last one lost, or of the first one after it that is known
 */
public record Gap(Reason reason, long records, long firstStamp, long lastStamp) {
    /** Why records were lost. */
    public enum Reason {
        /** The spool was full and its policy let these go. */
        DROPPED,
        /** Their bytes on disk do not check. */
        DAMAGED,
        /** The power failed before they were on the card. */
        POWER_CUT
    }
}
