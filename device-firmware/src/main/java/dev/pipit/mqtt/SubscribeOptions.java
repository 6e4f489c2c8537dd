package dev.pipit.mqtt;

import dev.pipit.mqtt.packet.Qos;
import dev.pipit.mqtt.packet.VariableByteInteger;

/**
 * Subscription options of MQTT 5 (section 3.8.3.1); 3.1 and 3.1.1 know none of them.
 *
 * @param noLocal do not send back what this client publishes; not with a shared subscription
 *     ([MQTT-3.8.3-4])
 * @param retainAsPublished keep the RETAIN flag as it was published
 * @param retainHandling which retained messages the server sends on subscribing
 * @param subscriptionIdentifier 1 to 268,435,455, or 0 for none; comes back with each message
 */
public record SubscribeOptions(
        boolean noLocal,
        boolean retainAsPublished,
        RetainHandling retainHandling,
        int subscriptionIdentifier) {
    /** As 3.1.1 does it. */
    public static final SubscribeOptions DEFAULT =
            new SubscribeOptions(false, false, RetainHandling.SEND, 0);

    /** Which retained messages the server sends on subscribing. */
    public enum RetainHandling {
        /** All that match. */
        SEND,
        /** All that match, if the subscription did not exist before. */
        SEND_IF_NEW,
        /** None. */
        DO_NOT_SEND
    }

    public SubscribeOptions {
        if (subscriptionIdentifier < 0 || subscriptionIdentifier > VariableByteInteger.MAX) {
            throw new IllegalArgumentException(
                    "subscription identifier "
                            + subscriptionIdentifier
                            + ": expected 1 to 268435455, or 0 for none");
        }
    }

    /** The options byte of SUBSCRIBE. */
    int bits(Qos qos) {
        return qos.level()
                | (noLocal ? 0x04 : 0)
                | (retainAsPublished ? 0x08 : 0)
                | (retainHandling.ordinal() << 4);
    }
}
