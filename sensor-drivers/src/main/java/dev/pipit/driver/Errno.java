package dev.pipit.driver;

import com.pi4j.exception.Pi4JException;

/**
 * The kernel's error numbers that a transfer can end with, and the {@link Fault} that each of them
 * is. Numbers as in {@code asm-generic/errno.h}, the same on every architecture that pipit runs on;
 * meanings as in the kernel's {@code Documentation/i2c/fault-codes.rst}.
 */
public final class Errno {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int EIO = 5;
    public static final int ENXIO = 6;
    public static final int EAGAIN = 11;
    public static final int EACCES = 13;
    public static final int EBUSY = 16;
    public static final int ENODEV = 19;
    public static final int EINVAL = 22;
    public static final int EPROTO = 71;
    public static final int EBADMSG = 74;
    public static final int EOPNOTSUPP = 95;
    public static final int ESHUTDOWN = 108;
    public static final int ETIMEDOUT = 110;
    public static final int EREMOTEIO = 121;

    private Errno() {}

    /**
     * The error's name and what it means for a pin or a bus, for people.
     *
     * @param result below 0: {@code -errno}
     */
    public static String words(int result) {
        return switch (-result) {
            case EPERM, EACCES -> "not permitted";
            case ENOENT -> "no such file (ENOENT)";
            case EIO -> "input/output error (EIO)";
            case ENXIO, EREMOTEIO -> "nobody answers at that address";
            case EAGAIN -> "arbitration lost (EAGAIN)";
            case EBUSY -> "in use (EBUSY)";
            case ENODEV -> "the device is gone (ENODEV)";
            case EINVAL -> "the kernel refuses these settings (EINVAL)";
            case EOPNOTSUPP -> "the device cannot do that (EOPNOTSUPP)";
            case EBADMSG -> "checksum error (EBADMSG)";
            case EPROTO -> "protocol error (EPROTO)";
            case ESHUTDOWN -> "the adapter is shut down (ESHUTDOWN)";
            case ETIMEDOUT -> "timed out (ETIMEDOUT)";
            default -> "errno " + -result;
        };
    }

    /**
     * @param result of a transfer, below 0: {@code -errno}
     */
    public static Fault fault(int result) {
        return switch (-result) {
            // The Pi's own controller says EREMOTEIO where others say ENXIO.
            case ENXIO, EREMOTEIO -> Fault.NO_ANSWER;
            case ETIMEDOUT -> Fault.TIMEOUT;
            case EPERM, EACCES, ENOENT, ENODEV, ESHUTDOWN -> Fault.NO_ACCESS;
            case EBADMSG -> Fault.CHECKSUM;
            // EIO, EAGAIN (arbitration lost), EBUSY, EPROTO, EOPNOTSUPP, and what no document
            // names.
            default -> Fault.BUS_ERROR;
        };
    }

    /** The fault inside an exception of a Pi4J provider that throws. */
    public static Fault fault(Pi4JException failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t.getClass().getSimpleName().equals("LinuxFileException")) {
                return fault(-number(t));
            }
        }
        return Fault.BUS_ERROR;
    }

    /** Read by reflection: a driver may not depend on one provider's classes. */
    private static int number(Throwable linuxFileException) {
        try {
            return (int)
                    linuxFileException.getClass().getMethod("getCode").invoke(linuxFileException);
        } catch (ReflectiveOperationException unknownVersion) {
            return EIO;
        }
    }
}
