package dev.pipit.board.simulated;

/**
 * A chip on a simulated I2C bus, as its wires see it. Subclasses model registers; the bus handles
 * addresses, absence and NACKs. Called under the bus's lock; allocates nothing.
 */
public abstract class SimulatedChip {
    private boolean stuck;
    private boolean slow;

    /** Power comes on: every register as the data sheet says. */
    protected abstract void power();

    /** A write transaction's bytes after the address. */
    protected abstract void write(byte[] bytes, int offset, int length);

    /** A read transaction's bytes. */
    protected abstract void read(byte[] into, int offset, int length);

    /**
     * Makes the chip's own checksum wrong, or right again.
     *
     * @return false where the chip has none
     */
    protected boolean corrupt(boolean wrong) {
        return false;
    }

    /** Measurements no longer change. */
    final void stuck(boolean stuck) {
        this.stuck = stuck;
    }

    /** Measurements take ten times as long. */
    final void slow(boolean slow) {
        this.slow = slow;
    }

    protected final boolean stuck() {
        return stuck;
    }

    protected final long stretched(long nanos) {
        return slow ? nanos * 10 : nanos;
    }
}
