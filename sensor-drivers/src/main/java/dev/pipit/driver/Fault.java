package dev.pipit.driver;

/**
 * Why there is no value. A small closed set: a fault is a value that travels, never a number that
 * looks like a measurement.
 *
 * <p>Each fault maps to one of the eight reasons that a frame can carry (telemetry format, "Flat
 * frame"); several faults may share a reason on the wire and differ in what an alarm says.
 */
public enum Fault {
    NOT_SAMPLED(0, "not sampled yet"),
    NO_ANSWER(1, "the device does not acknowledge its address"),
    BUS_ERROR(1, "the bus reported an error"),
    TIMEOUT(1, "the transfer or the conversion took too long"),
    NO_ACCESS(1, "the device file is missing or may not be opened"),
    CHECKSUM(2, "the checksum does not match"),
    UNDER_RANGE(3, "below the measuring range"),
    OVER_RANGE(4, "above the measuring range"),
    STALE(5, "the value is old: the device repeats it"),
    WARMING_UP(6, "the device is warming up"),
    WRONG_DEVICE(7, "another device answers at this address"),
    OTHER(7, "the device reports a fault of its own");

    private static final Fault[] ALL = values();

    private final int wireReason;
    private final String words;

    Fault(int wireReason, String words) {
        this.wireReason = wireReason;
        this.words = words;
    }

    /** The reason in a frame, 0..7. */
    public int wireReason() {
        return wireReason;
    }

    /** What a person is told, in lower case and without a full stop. */
    public String words() {
        return words;
    }

    /** This fault as the negative result of {@link SensorDriver#begin()}: -1 and below. */
    public int asResult() {
        return -1 - ordinal();
    }

    /**
     * The fault behind a negative result.
     *
     * @param result what {@link #asResult()} gave, -1 or below
     */
    public static Fault ofResult(int result) {
        return ALL[-1 - result];
    }
}
