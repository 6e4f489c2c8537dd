package dev.pipit.telemetry;

/** A schema or a frame that breaks the telemetry format; the message says what, and where. */
public final class FormatException extends Exception {
    private static final long serialVersionUID = 1L;

    public FormatException(String message) {
        super(message);
    }

    public FormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
