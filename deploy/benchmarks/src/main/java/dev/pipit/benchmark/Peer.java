package dev.pipit.benchmark;

/** A client to measure: its own connection to the broker on a loopback port. */
interface Peer {
    /** Unacknowledged publishes at a time. */
    int WINDOW = 100;

    String TOPIC = "bench/24/characters/long";
    int PAYLOAD_BYTES = 20;

    String name();

    /**
     * Publishes so many messages and returns when the last is acknowledged (QoS 0: handed over).
     */
    void publish(int port, int qos, int count) throws Exception;

    /**
     * Publishes to itself, each message when the one before has come back, from the callback.
     *
     * @param times filled with nanoseconds
     */
    void roundTrips(int port, int qos, long[] times) throws Exception;
}
