package dev.pipit.json;

/** Text that is not JSON, or JSON of another shape than expected; the message says where. */
public final class JsonException extends Exception {
    private static final long serialVersionUID = 1L;

    public JsonException(String message) {
        super(message);
    }
}
