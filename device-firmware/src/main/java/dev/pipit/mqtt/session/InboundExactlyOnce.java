package dev.pipit.mqtt.session;

import java.util.Arrays;

/**
 * Packet Identifiers of QoS 2 messages that were received and not yet released by PUBREL: what
 * makes a repeated PUBLISH a duplicate. Session state; one bit per identifier, so bounded by
 * itself.
 */
final class InboundExactlyOnce {
    private long[] received = {};
    private int count;

    /** Of those, at most so many came over an earlier connection. */
    private int before;

    /**
     * How many of this connection are under way, and never more than that: those of an earlier one
     * do not count (MQTT 5, 4.9), or a server that never releases them would be refused for ever.
     */
    int underWay() {
        return count - before;
    }

    /** A connection goes on with them. */
    void resume() {
        before = count;
    }

    boolean contains(int identifier) {
        return received.length > 0 && (received[identifier >>> 6] & (1L << identifier)) != 0;
    }

    void add(int identifier) {
        if (received.length == 0) {
            received = new long[65_536 / 64];
        }
        if (!contains(identifier)) {
            received[identifier >>> 6] |= 1L << identifier;
            count++;
        }
    }

    /** Whether it was there. */
    boolean remove(int identifier) {
        if (!contains(identifier)) {
            return false;
        }
        received[identifier >>> 6] &= ~(1L << identifier);
        count--;
        before = Math.min(before, count);
        return true;
    }

    void clear() {
        Arrays.fill(received, 0);
        count = 0;
        before = 0;
    }
}
