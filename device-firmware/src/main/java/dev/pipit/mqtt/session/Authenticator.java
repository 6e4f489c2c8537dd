package dev.pipit.mqtt.session;

import org.jspecify.annotations.Nullable;

/**
 * Enhanced authentication of MQTT 5 (section 4.12), such as SCRAM: the client's part of a method.
 * Called on the client's reader thread.
 */
public interface Authenticator {
    /** Authentication Method, as the server knows it. */
    String method();

    /** Authentication Data of the CONNECT, or of the AUTH that begins again; {@code null}: none. */
    byte @Nullable [] begin();

    /**
     * Answers the server's AUTH.
     *
     * @param challenge {@code null}: the server sent none
     * @return Authentication Data; {@code null}: none
     */
    byte @Nullable [] answer(byte @Nullable [] challenge);
}
