package dev.pipit.monitor;

/** Takes what devices say, in the order in which it arrived; called on the MQTT reader thread. */
public interface Viewer {
    default void reading(ReceivedReading reading) {}

    /** The device is there, or its will says that it is gone. */
    default void status(String device, boolean online) {}

    /** An actuator's value in force. */
    default void state(String device, String actuator, String value) {}

    default void event(String device, String input, String payload) {}

    /**
     * An alarm.
     *
     * @param payload JSON; empty once it is cleared
     */
    default void alarm(String device, String id, String payload) {}

    /** The answer to a command. */
    default void response(String device, String payload) {}

    /** Readings that were lost, as JSON: why, how many where anybody knows, from when to when. */
    default void gap(String device, String payload) {}

    /** Diagnostics, as JSON. */
    default void health(String device, String payload) {}

    /** A frame that cannot be decoded. */
    default void undecodable(String device, String topic, String why) {}
}
