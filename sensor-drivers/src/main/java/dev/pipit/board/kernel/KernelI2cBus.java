package dev.pipit.board.kernel;

import com.pi4j.exception.Pi4JException;
import dev.pipit.board.BoardSettings;
import dev.pipit.board.TransactionBus;
import dev.pipit.driver.Errno;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One {@code /dev/i2c-N}: one descriptor for all chips on it, addressed anew with every transfer
 * ({@code I2C_RDWR}), so that nothing is selected and nothing can be left selected.
 *
 * <p>A transfer holds this bus's lock and no other. One that times out, as with a chip that holds
 * SDA, starts a {@linkplain BusRecovery recovery} at once, on a thread of its own; until that has
 * ended, transfers end with {@code -ETIMEDOUT} and touch nothing.
 */
final class KernelI2cBus implements TransactionBus {
    /** Between two recoveries of a bus that stays stuck. */
    private static final long RECOVER_AGAIN_NS = 10_000_000_000L;

    private final Kernel kernel;
    private final Path file;
    private final int number;
    private final BoardSettings.I2c settings;
    private final BusRecovery recovery;

    // guarded by this
    private int descriptor;
    private int users;
    private boolean recoveredOnce;
    private boolean recovering;
    private long recoveredNs;
    private @Nullable String trouble;

    /**
     * @throws Pi4JException where the bus cannot be opened
     */
    KernelI2cBus(
            Kernel kernel,
            Path file,
            int number,
            BoardSettings.I2c settings,
            BusRecovery recovery) {
        this.kernel = kernel;
        this.file = file;
        this.number = number;
        this.settings = settings;
        this.recovery = recovery;
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
        kernel.i2cSettings(opened, settings.retries(), settings.timeoutMs());
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
        close();
        return true;
    }

    private void close() {
        if (descriptor >= 0) {
            kernel.close(descriptor);
            descriptor = -1;
        }
    }

    @Override
    public synchronized int transfer(
            int address,
            byte[] out,
            int outOffset,
            int outLength,
            byte[] in,
            int inOffset,
            int inLength) {
        if (descriptor < 0) {
            return recovering ? -Errno.ETIMEDOUT : -Errno.ENODEV;
        }
        int result =
                kernel.i2cTransfer(
                        descriptor, address, out, outOffset, outLength, in, inOffset, inLength);
        if (result == -Errno.ETIMEDOUT) {
            timedOut();
        } else if (result >= 0) {
            trouble = null;
        }
        return result;
    }

    private void timedOut() {
        if (recoveredOnce && System.nanoTime() - recoveredNs < RECOVER_AGAIN_NS) {
            return;
        }
        // Nothing of ours may hold the adapter while its driver lets go of it.
        close();
        recovering = true;
        if (trouble == null) {
            trouble = "i2c-" + number + " hangs: recovery is under way";
        }
        Thread thread = new Thread(this::recover, "pipit-recover-i2c-" + number);
        thread.setDaemon(true);
        thread.start();
    }

    /** On a thread of its own: a driver that hangs while it lets go hangs nobody else. */
    private void recover() {
        String done = recovery.recover(number);
        synchronized (this) {
            recoveredOnce = true;
            recovering = false;
            recoveredNs = System.nanoTime();
            trouble =
                    "i2c-%d hangs (does a chip, or a short, hold SDA or SCL low?): %s"
                            .formatted(number, done);
            if (users > 0) {
                try {
                    descriptor = open();
                } catch (Pi4JException gone) {
                    // Stays closed: drivers hear ENODEV, let go, and open the bus by themselves.
                    trouble = gone.getMessage();
                }
            }
            notifyAll();
        }
    }

    /** What was tried since transfers have been timing out; {@code null} while they do not. */
    synchronized @Nullable String trouble() {
        return trouble;
    }
}
