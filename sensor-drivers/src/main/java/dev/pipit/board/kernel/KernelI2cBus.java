package dev.pipit.board.kernel;

import com.pi4j.exception.Pi4JException;
import com.pi4j.io.i2c.I2C;
import com.pi4j.io.i2c.I2CBus;
import dev.pipit.driver.Errno;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/**
 * One {@code /dev/i2c-N}: one descriptor for all chips on it, addressed anew with every transfer
 * ({@code I2C_RDWR}), so that nothing is selected and nothing can be left selected.
 *
 * <p>A transfer holds this bus's lock and no other. When transfers keep timing out, as with a chip
 * that holds SDA, the descriptor is closed and opened again: the adapter's driver resets its
 * controller, and recovers the bus where it knows how.
 */
final class KernelI2cBus implements I2CBus {
    /** Clock stretching of slow chips included; the kernel's own default is a second. */
    private static final int TIMEOUT_MS = 200;

    private static final int RETRIES = 1;
    private static final int TIMEOUTS_BEFORE_REOPENING = 3;

    private final Kernel kernel;
    private final Path file;
    private final int number;

    // guarded by this
    private int descriptor;
    private int timeouts;
    private int users;
    private long reopened;

    KernelI2cBus(Kernel kernel, Path file, int number) {
        this.kernel = kernel;
        this.file = file;
        this.number = number;
        descriptor = open();
    }

    private int open() {
        String missing =
                number == 1
                        ? "add 'dtparam=i2c_arm=on' to /boot/firmware/config.txt and"
                                + " 'i2c-dev' to /etc/modules, then start the Pi anew"
                        : "no such bus; 'ls /dev/i2c-*' shows those that there are";
        int opened = DeviceFile.open(kernel, file, missing);
        // Best effort: an adapter may have settings of its own.
        kernel.i2cSettings(opened, RETRIES, TIMEOUT_MS);
        return opened;
    }

    synchronized KernelI2cBus use() {
        users++;
        return this;
    }

    /**
     * @return whether nobody uses it any longer, and it is closed
     */
    synchronized boolean unuse() {
        users--;
        if (users > 0) {
            return false;
        }
        kernel.close(descriptor);
        descriptor = -1;
        return true;
    }

    /**
     * One transaction.
     *
     * @return 0 or {@code -errno}
     */
    synchronized int transfer(
            int address,
            byte[] out,
            int outOffset,
            int outLength,
            byte[] in,
            int inOffset,
            int inLength) {
        if (descriptor < 0) {
            return -Errno.ENODEV;
        }
        int result =
                kernel.i2cTransfer(
                        descriptor, address, out, outOffset, outLength, in, inOffset, inLength);
        if (result == -Errno.ETIMEDOUT) {
            timedOut();
        } else {
            timeouts = 0;
        }
        return result;
    }

    private void timedOut() {
        timeouts++;
        if (timeouts % TIMEOUTS_BEFORE_REOPENING != 0) {
            return;
        }
        kernel.close(descriptor);
        descriptor = -1;
        try {
            descriptor = open();
            reopened++;
        } catch (Pi4JException gone) {
            // Stays closed: the drivers hear ENODEV, let go, and open the bus anew by themselves.
        }
    }

    /** How often recovery was tried. */
    synchronized long reopened() {
        return reopened;
    }

    @Override
    public synchronized <R> R execute(I2C i2c, Callable<R> action) {
        try {
            return action.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new Pi4JException(e);
        }
    }
}
