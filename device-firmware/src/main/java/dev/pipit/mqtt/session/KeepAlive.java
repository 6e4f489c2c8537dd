package dev.pipit.mqtt.session;

/**
 * When to send PINGREQ, and when a server counts as dead. A ping is sent when nothing was sent, or
 * nothing heard, for nine tenths of the keep alive: a client that only sends would otherwise never
 * notice that nobody hears. It is dead when nothing was heard for half a keep alive after a ping:
 * 1.4 times the keep alive in all.
 */
final class KeepAlive {
    /** {@link #deadline}: nothing to wait for. */
    static final long NEVER = Long.MAX_VALUE;

    private long intervalMs;
    private long sentMs;
    private long receivedMs;
    private boolean pinging;
    private long pingedMs;

    /** A connection begins; {@code seconds} 0 to 65,535, 0 for no keep alive. */
    void begin(int seconds, long nowMs) {
        intervalMs = seconds * 1_000L;
        sentMs = nowMs;
        receivedMs = nowMs;
        pinging = false;
    }

    int seconds() {
        return (int) (intervalMs / 1_000);
    }

    void sent(long nowMs) {
        sentMs = nowMs;
    }

    void received(long nowMs) {
        receivedMs = nowMs;
        pinging = false;
    }

    void pinged(long nowMs) {
        pinging = true;
        pingedMs = nowMs;
    }

    boolean pingDue(long nowMs) {
        return intervalMs > 0
                && !pinging
                && nowMs - Math.min(sentMs, receivedMs) >= intervalMs * 9 / 10;
    }

    boolean dead(long nowMs) {
        return pinging && nowMs - pingedMs >= intervalMs / 2;
    }

    /** When to look again. */
    long deadline() {
        if (intervalMs == 0) {
            return NEVER;
        }
        return pinging
                ? pingedMs + intervalMs / 2
                : Math.min(sentMs, receivedMs) + intervalMs * 9 / 10;
    }
}
