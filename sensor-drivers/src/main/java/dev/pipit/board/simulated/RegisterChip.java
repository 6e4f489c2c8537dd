package dev.pipit.board.simulated;

/**
 * A chip with 8-bit registers behind a pointer: the first byte of a write sets the pointer, a read
 * starts there and moves on.
 */
public abstract class RegisterChip extends SimulatedChip {
    private int pointer;

    /** The register's content, 0..255, as the bus would see it now. */
    protected abstract int register(int number);

    /** A byte arrives for a register. */
    protected abstract void register(int number, int value);

    /**
     * Whether a longer write is pairs of register and value, not values for one after the other.
     */
    protected boolean writesPairs() {
        return false;
    }

    @Override
    protected final void write(byte[] bytes, int offset, int length) {
        if (length == 0) {
            return;
        }
        pointer = bytes[offset] & 0xff;
        boolean pairs = writesPairs();
        int number = pointer;
        for (int i = 1; i < length; i++) {
            if (pairs && i % 2 == 0) {
                number = bytes[offset + i] & 0xff;
                continue;
            }
            register(number, bytes[offset + i] & 0xff);
            number = (number + 1) & 0xff;
        }
    }

    @Override
    protected final void read(byte[] into, int offset, int length) {
        for (int i = 0; i < length; i++) {
            into[offset + i] = (byte) register(pointer);
            pointer = (pointer + 1) & 0xff;
        }
    }
}
