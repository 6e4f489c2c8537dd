package dev.pipit.command;

/**
 * Two contacts of a rotary encoder, in quadrature. Contact bounce makes a step forward and one
 * back, which cancel; a step that skips a state is counted as an error and not guessed.
 *
 * <pre>
 *   clockwise, (a,b):  00 → 10 → 11 → 01 → 00      four steps a detent
 * </pre>
 */
public final class RotaryEncoder {
    /** By old state * 4 + new state, states being a + 2b: the step, or 2 for an impossible one. */
    private static final byte[] STEP = {0, 1, -1, 2, -1, 0, 2, 1, 1, 2, 0, -1, 2, -1, 1, 0};

    private final int stepsPerDetent;
    private int state;
    private int steps;
    private long position;
    private long errors;

    /**
     * @param stepsPerDetent 1, 2 or 4, as the encoder's data sheet says
     */
    public RotaryEncoder(int stepsPerDetent, boolean a, boolean b) {
        this.stepsPerDetent = stepsPerDetent;
        this.state = state(a, b);
    }

    /**
     * The contacts' new levels.
     *
     * @return detents moved: 1 clockwise, -1 the other way, 0 none
     */
    public int levels(boolean a, boolean b) {
        int next = state(a, b);
        int step = STEP[state * 4 + next];
        state = next;
        if (step == 2) {
            errors++;
            return 0;
        }
        steps += step;
        if (Math.abs(steps) < stepsPerDetent) {
            return 0;
        }
        int moved = Integer.signum(steps);
        steps = 0;
        position += moved;
        return moved;
    }

    public long position() {
        return position;
    }

    /** Steps that came too fast to be seen. */
    public long errors() {
        return errors;
    }

    private static int state(boolean a, boolean b) {
        return (a ? 1 : 0) + (b ? 2 : 0);
    }
}
