package dev.pipit.mqtt;

import java.util.random.RandomGenerator;

/**
 * Pauses between attempts to connect: each up to twice as long as the last, drawn at random between
 * half and all of it, so that a thousand clients do not come back in the same instant.
 */
final class BackOff {
    private final long minMs;
    private final long maxMs;
    private final RandomGenerator random;
    private long ceilingMs;

    BackOff(long minMs, long maxMs, RandomGenerator random) {
        this.minMs = minMs;
        this.maxMs = maxMs;
        this.random = random;
    }

    /** A connection held: begin anew. */
    void reset() {
        ceilingMs = 0;
    }

    /** Another client uses our name: taking the session back at once would only start a war. */
    void stepBack() {
        ceilingMs = Math.max(ceilingMs, Math.min(maxMs, Math.max(minMs * 8, 10_000)) / 2);
    }

    /** The next pause in ms. */
    long next() {
        ceilingMs = Math.min(maxMs, Math.max(minMs, 2 * ceilingMs));
        return ceilingMs / 2 + random.nextLong(ceilingMs - ceilingMs / 2 + 1);
    }
}
