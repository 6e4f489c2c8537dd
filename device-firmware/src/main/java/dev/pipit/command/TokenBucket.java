package dev.pipit.command;

/** So many at once, and so many a second after that. */
public final class TokenBucket {
    private final long nsPerToken;
    private final long mostNs;
    private long savedNs;
    private long lastNs;
    private boolean started;

    /**
     * @param burst how many at once, 1 or above
     * @param perSecond how fast they come back, 1 to 1,000,000
     */
    public TokenBucket(int burst, int perSecond) {
        nsPerToken = 1_000_000_000L / perSecond;
        mostNs = burst * nsPerToken;
        savedNs = mostNs;
    }

    /** Takes one if there is one. */
    public boolean take(long nowNs) {
        if (started && nowNs > lastNs) {
            savedNs = Math.min(mostNs, savedNs + Math.min(mostNs, nowNs - lastNs));
        }
        started = true;
        lastNs = nowNs;
        if (savedNs < nsPerToken) {
            return false;
        }
        savedNs -= nsPerToken;
        return true;
    }

    /** When the next token comes, monotonic. */
    public long nextNs() {
        return lastNs + Math.max(0, nsPerToken - savedNs);
    }
}
