package dev.pipit.mqtt.session;

/**
 * Packet Identifiers in use by this client, 1 to 65,535: none is given out twice before it was
 * freed ([MQTT-2.2.1-3]). They are given in turn, so that one is reused as late as possible.
 */
final class PacketIdentifiers {
    private static final int COUNT = 65_536;

    private final long[] used = new long[COUNT / 64];
    private int last;

    /** A free identifier, now in use; the callers' limits leave more free than used. */
    int take() {
        int candidate = last;
        do {
            candidate = candidate == COUNT - 1 ? 1 : candidate + 1;
        } while (isUsed(candidate));
        last = candidate;
        used[candidate >>> 6] |= 1L << candidate;
        return candidate;
    }

    /** The next to be taken is the one behind this, or the first free one after it. */
    void goOnBehind(int identifier) {
        last = identifier;
    }

    boolean isUsed(int identifier) {
        return (used[identifier >>> 6] & (1L << identifier)) != 0;
    }

    void free(int identifier) {
        used[identifier >>> 6] &= ~(1L << identifier);
    }
}
