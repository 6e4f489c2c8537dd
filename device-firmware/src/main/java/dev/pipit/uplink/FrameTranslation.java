package dev.pipit.uplink;

import dev.pipit.mqtt.packet.Qos;
import dev.pipit.mqtt.packet.TopicName;
import dev.pipit.telemetry.FormatException;
import dev.pipit.telemetry.format.PayloadBuffer;
import org.jspecify.annotations.Nullable;

/**
 * From frames, as the spool keeps them in any case, to a format that others read. Called by {@link
 * SpooledPublishes} under its lock.
 */
interface FrameTranslation {
    /** The frame goes out. */
    int SEND = 0;

    /** The frame says nothing in this format: it is done with. */
    int DROP = 1;

    /** Something has to be said before: {@link #announcement()}. */
    int ANNOUNCE = 2;

    /**
     * What has to be said before any frame.
     *
     * @param payload not changed any more
     */
    record Announcement(TopicName topic, PayloadBuffer payload, Qos qos) {}

    /** A connection stands: announcements begin anew. */
    void connected();

    /** The next announcement; {@code null}: all is said. */
    @Nullable Announcement announcement();

    /**
     * Decides on a frame.
     *
     * @return {@link #SEND}, {@link #DROP} or {@link #ANNOUNCE}
     */
    int verdict(int schema, byte[] frame, int offset, int length);

    /** A number for a frame that will be sent, in the order of sending. */
    int number();

    /**
     * Makes {@link #payload()} and {@link #topic()}; the same arguments may come again.
     *
     * @param number as {@link #number()} gave it for this frame
     * @throws FormatException if it is no frame of that schema
     */
    void translate(int schema, int number, byte[] frame, int offset, int length)
            throws FormatException;

    PayloadBuffer payload();

    TopicName topic();

    Qos qos();
}
