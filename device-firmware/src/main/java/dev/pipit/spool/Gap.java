package dev.pipit.spool;

import java.util.List;

/**
 * Records that will never be delivered.
 *
 * @param reason why
 * @param records how many; -1 where nobody can know
 * @param firstStamp the stamp of the first one lost, or of the last one before it that is known
 * @param lastStamp the stamp of the last one lost, or of the first one after it that is known
 * @param origin whose they were, as {@link Origin} tells; {@link Origin#UNKNOWN}: nobody can know
 */
public record Gap(Reason reason, long records, long firstStamp, long lastStamp, int origin) {
    /** A loss of which nobody knows whose it is. */
    Gap(Reason reason, long records, long firstStamp, long lastStamp) {
        this(reason, records, firstStamp, lastStamp, Origin.UNKNOWN);
    }

    /** Why records were lost. */
    public enum Reason {
        /** The spool was full and its policy let these go. */
        DROPPED,
        /** Their bytes on disk do not check. */
        DAMAGED,
        /** The power failed before they were on the card. */
        POWER_CUT
    }

    /** Takes a gap that was reported off a list, or off the one that it has become part of. */
    static boolean reported(List<Gap> gaps, Gap told) {
        if (gaps.remove(told)) {
            return true;
        }
        for (int i = 0; i < gaps.size(); i++) {
            Gap grown = gaps.get(i);
            if (grown.reason == told.reason
                    && grown.origin == told.origin
                    && grown.firstStamp == told.firstStamp
                    && grown.lastStamp >= told.lastStamp
                    && told.records >= 0
                    && grown.records > told.records) {
                gaps.set(
                        i,
                        new Gap(
                                told.reason,
                                grown.records - told.records,
                                told.lastStamp,
                                grown.lastStamp,
                                told.origin));
                return true;
            }
        }
        return false;
    }
}
