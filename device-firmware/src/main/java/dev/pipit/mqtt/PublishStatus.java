package dev.pipit.mqtt;

/** What became of a call to {@code publish}, which never waits. */
public enum PublishStatus {
    /** QoS 0: queued for the connection. QoS 1 and 2: stored, and sent until acknowledged. */
    ACCEPTED,
    /** QoS 0 only: there is no connection, and QoS 0 is not kept. */
    NOT_CONNECTED,
    /**
     * The memory store (QoS 1 and 2) or the send buffer (QoS 0) has no room: slow down, or drop.
     */
    FULL,
    /**
     * Larger than the server accepts, or than the client can ever send: it will not fit later
     * either.
     */
    TOO_LARGE,
    /** The client was closed. */
    CLOSED
}
