package dev.pipit.mqtt.session;

/**
 * Whole packets that wait for the socket, in order. Of fixed capacity, grown to it as needed; what
 * does not fit is not added. Not thread-safe.
 */
public final class SendBuffer {
    private static final int FIRST_BYTES = 2_048;

    private final int capacity;
    private byte[] bytes;
    private int length;

    public SendBuffer(int capacity) {
        this.capacity = capacity;
        this.bytes = new byte[Math.min(capacity, FIRST_BYTES)];
    }

    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }

    public int capacity() {
        return capacity;
    }

    public boolean isEmpty() {
        return length == 0;
    }

    /** Bytes that still fit. */
    public int room() {
        return capacity - length;
    }

    public void clear() {
        length = 0;
    }

    /** Makes sure of {@code more} bytes behind {@link #length()}, which {@link #room} allowed. */
    byte[] reserve(int more) {
        int needed = length + more;
        if (needed > bytes.length) {
            int size = (int) Math.min(capacity, Math.max(needed, 2L * bytes.length));
            byte[] larger = new byte[size];
            System.arraycopy(bytes, 0, larger, 0, length);
            bytes = larger;
        }
        return bytes;
    }

    /** The packet behind {@link #length()} ends at this offset. */
    void advance(int end) {
        length = end;
    }

    /** Adds a packet that was encoded before; {@link #room} was asked first. */
    public void add(byte[] packet) {
        reserve(packet.length);
        System.arraycopy(packet, 0, bytes, length, packet.length);
        length += packet.length;
    }
}
