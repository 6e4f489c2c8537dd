package dev.pipit.mqtt;

/** What can befall a connection or the server behind it, as {@link FaultyServer} plays it. */
enum Fault {
    /** The connection is reset. */
    RESET,
    /** The server ends the stream in order, without a word. */
    END_OF_STREAM,
    /** The server ends its direction only, and reads on. */
    HALF_CLOSED,
    /** Reset in the middle of a packet of ours. */
    CUT_INSIDE_OUR_PACKET,
    /** Reset in the middle of a packet of the server's. */
    CUT_INSIDE_THEIR_PACKET,
    /** Both directions swallow everything and stay open. */
    BLACK_HOLE,
    /** What we send is swallowed. */
    BLACK_HOLE_UPWARDS,
    /** What the server sends is swallowed. */
    BLACK_HOLE_DOWNWARDS,
    /** The server neither reads nor writes for a while, then goes on. */
    PAUSED,
    /** Everything the server sends comes late. */
    DELAYED,
    /** The server's bytes come one by one. */
    TRICKLING,
    /** The server's packets are held back and come in one segment. */
    BURST,
    /** The last message comes again, marked DUP. */
    DUPLICATED,
    /** What the server sends is no packet. */
    GARBAGE,
    /** The server says that it is shutting down (MQTT 5), or closes. */
    SHUTTING_DOWN,
    /** The server restarts and has forgotten the session. */
    SESSION_LOST,
    /** Nobody listens. */
    REFUSED,
    /** Connections are accepted and closed. */
    ACCEPTED_AND_CLOSED,
    /** Connections are accepted, and CONNECT is not answered. */
    ACCEPTED_AND_SILENT,
    /** Whoever listens answers CONNECT in another protocol. */
    NOT_MQTT,
    /** CONNACK comes late. */
    CONNACK_LATE,
    /** CONNACK: server unavailable. */
    CONNACK_UNAVAILABLE,
    /** CONNACK: not authorized. */
    CONNACK_NOT_AUTHORIZED,
    /** PUBLISH arrives, its PUBACK or PUBREC does not. */
    FIRST_ANSWER_LOST,
    /** PUBREL arrives, its PUBCOMP does not (below QoS 2: the same as above). */
    LAST_ANSWER_LOST,
    /** Our PUBACK or PUBREC does not arrive. */
    OUR_ANSWER_LOST
}
