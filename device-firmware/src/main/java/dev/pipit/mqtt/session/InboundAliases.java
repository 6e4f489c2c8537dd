package dev.pipit.mqtt.session;

import dev.pipit.mqtt.packet.InboundPublish;
import dev.pipit.mqtt.packet.ReasonCode;

/**
 * Topic Aliases that the server has told this client on this connection. The arrays stay between
 * connections, their meaning does not ([MQTT-3.3.2-7]).
 */
final class InboundAliases {
    private final byte[][] topics;
    private final int[] lengths;

    InboundAliases(int maximum) {
        topics = new byte[maximum + 1][];
        lengths = new int[maximum + 1];
        for (int i = 0; i <= maximum; i++) {
            topics[i] = new byte[0];
        }
    }

    void begin() {
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = 0;
        }
    }

    /**
     * Remembers or resolves the alias of a message that has one.
     *
     * @return 0, or the Reason Code with which the connection has to end
     */
    int apply(InboundPublish message) {
        int alias = message.topicAlias();
        if (alias >= lengths.length) {
            return ReasonCode.TOPIC_ALIAS_INVALID;
        }
        int length = message.topicLength();
        if (length > 0) {
            if (topics[alias].length < length) {
                topics[alias] = new byte[length];
            }
            message.copyTopic(topics[alias], 0);
            lengths[alias] = length;
            return 0;
        }
        if (lengths[alias] == 0) {
            return ReasonCode.PROTOCOL_ERROR;
        }
        message.resolveTopic(topics[alias], lengths[alias]);
        return 0;
    }
}
