package dev.pipit.benchmark;

/** A client to measure: its own connection to the broker on a loopback port, MQTT 3.1.1. */
interface Peer {
    /** Unacknowledged publishes at a time, the same for every peer. */
    int WINDOW = 100;

    String TOPIC = "bench/24/characters/long";
    int PAYLOAD_BYTES = 20;

    String name();

    /**
     * Publishes so many messages and returns when the broker has acknowledged the last. At QoS 0 a
     * message of QoS 1 follows them: its acknowledgement says that the broker has read them all.
     */
    Run publish(int port, int qos, int count) throws Exception;

    /**
     * Publishes to itself, each message when the one before has come back, from the callback.
     *
     * @param times filled with nanoseconds
     */
    void roundTrips(int port, int qos, long[] times) throws Exception;

    /** A connection that stands: to look at what it takes. */
    Connection open(int port) throws Exception;

    /** Open until the process ends. */
    interface Connection {
        /** Publishes once at QoS 1, without waiting for the acknowledgement. */
        void publish() throws Exception;
    }
}
