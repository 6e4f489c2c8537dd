package dev.pipit.mqtt.session;

import dev.pipit.mqtt.packet.TopicName;
import org.jspecify.annotations.Nullable;

/**
 * Topic Aliases that this client has told the server on this connection. Few are kept, so a lookup
 * is a short walk; when all are taken the one unused for longest is given to the new topic.
 */
final class OutboundAliases {
    private static final int MOST = 16;

    /** Shorter topics cost no more than the alias. */
    private static final int WORTHWHILE_BYTES = 6;

    private final @Nullable TopicName[] topics = new TopicName[MOST];
    private final long[] usedAt = new long[MOST];
    private int limit;
    private long uses;
    private boolean known;

    /** A connection begins: nothing survives from the last one ([MQTT-3.3.2-7]). */
    void begin(int topicAliasMaximum) {
        limit = Math.min(topicAliasMaximum, MOST);
        for (int i = 0; i < MOST; i++) {
            topics[i] = null;
            usedAt[i] = 0;
        }
    }

    /** The alias for the topic, 1 to the server's maximum, or 0 for none; see {@link #known}. */
    int aliasOf(TopicName topic) {
        known = false;
        if (limit == 0 || topic.length() < WORTHWHILE_BYTES) {
            return 0;
        }
        uses++;
        int oldest = 0;
        for (int i = 0; i < limit; i++) {
            TopicName candidate = topics[i];
            if (topic.equals(candidate)) {
                known = true;
                usedAt[i] = uses;
                return i + 1;
            }
            if (usedAt[i] < usedAt[oldest]) {
                oldest = i;
            }
        }
        topics[oldest] = topic;
        usedAt[oldest] = uses;
        return oldest + 1;
    }

    /** Whether the server already knows what {@link #aliasOf} just returned. */
    boolean known() {
        return known;
    }
}
