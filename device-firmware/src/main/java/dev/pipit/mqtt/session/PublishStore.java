package dev.pipit.mqtt.session;

/**
 * Where publishes of QoS 1 and 2 wait until the server has taken them. The client pulls from it
 * whenever its window has room and keeps no second copy: between sending and settling only the
 * sequence is remembered, and a resend reads the record again.
 *
 * <p>Records carry sequences that only grow (gaps are fine). An unsettled record can be read any
 * number of times; a store may give records up (expired, evicted), which the client notices when it
 * reads past them.
 *
 * <p>Threads: all methods are called one at a time, under the client's session lock, from the
 * client's reader or writer thread or from a thread that publishes. They must be quick and must not
 * wait for a thread that calls the client; {@link dev.pipit.mqtt.MqttClient#wake()} takes no lock
 * and may be called from inside the store's own.
 */
public interface PublishStore {
    /** What {@link #next} is given to read the oldest record. */
    long BEFORE_FIRST = Long.MIN_VALUE;

    /**
     * Reads the oldest unsettled record whose sequence is above {@code after}.
     *
     * @param after a sequence, or {@link #BEFORE_FIRST}
     * @param into filled with the record when there is one. Its payload array belongs to the store:
     *     the client is done with it before it calls the store again
     * @return whether there was a record
     */
    boolean next(long after, OutboundPublish into);

    /**
     * The record is done: PUBACK or PUBCOMP arrived, or the server refused it for good.
     *
     * @param sequence as {@link #next} gave it; usually but not always in order
     * @param reasonCode {@link dev.pipit.mqtt.packet.ReasonCode}: below 0x80 delivered, from 0x80
     *     on refused by the server (or 0x95, not sent because it exceeds what the server accepts)
     */
    void settled(long sequence, int reasonCode);
}
