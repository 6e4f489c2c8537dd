package dev.pipit.command;

import org.jspecify.annotations.Nullable;

/**
 * One message on a command topic, as it arrived.
 *
 * @param target the topic's last level: an actuator's name, or a verb's
 * @param control whether it came on {@code control/} rather than {@code command/}
 * @param payload untouched
 * @param retained the RETAIN flag as received
 * @param qos 0, 1 or 2
 * @param early whether it came before this connection's SUBACK: the broker had it queued from
 *     before
 * @param expirySeconds MQTT 5 Message Expiry Interval as received; {@code null}: none
 * @param correlation MQTT 5 Correlation Data; {@code null}: none
 * @param receivedNs when it was read from the network, monotonic
 */
// Never compared, and copied by nobody: the bytes are the network reader's gift.
@SuppressWarnings("ArrayRecordComponent")
public record Incoming(
        String target,
        boolean control,
        byte[] payload,
        boolean retained,
        int qos,
        boolean early,
        @Nullable Long expirySeconds,
        byte @Nullable [] correlation,
        long receivedNs) {
    /** A plain command for an actuator. */
    public static Incoming command(String actuator, byte[] payload, long receivedNs) {
        return new Incoming(actuator, false, payload, false, 1, false, null, null, receivedNs);
    }

    /** A device verb. */
    public static Incoming control(String verb, byte[] payload, long receivedNs) {
        return new Incoming(verb, true, payload, false, 1, false, null, null, receivedNs);
    }

    public Incoming asRetained() {
        return new Incoming(
                target, control, payload, true, qos, early, expirySeconds, correlation, receivedNs);
    }

    public Incoming asEarly() {
        return new Incoming(
                target,
                control,
                payload,
                retained,
                qos,
                true,
                expirySeconds,
                correlation,
                receivedNs);
    }

    public Incoming expiringIn(long seconds) {
        return new Incoming(
                target, control, payload, retained, qos, early, seconds, correlation, receivedNs);
    }

    public Incoming correlatedBy(byte[] data) {
        return new Incoming(
                target, control, payload, retained, qos, early, expirySeconds, data, receivedNs);
    }

    /** The topic below {@code <root>/<device>/}. */
    public String topic() {
        return (control ? "control/" : "command/") + target;
    }
}
