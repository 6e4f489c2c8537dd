package dev.pipit.board.kernel;

import com.pi4j.context.Context;
import com.pi4j.exception.Pi4JException;
import com.pi4j.io.spi.Spi;
import com.pi4j.io.spi.SpiBase;
import com.pi4j.io.spi.SpiConfig;
import com.pi4j.io.spi.SpiProvider;
import com.pi4j.io.spi.SpiProviderBase;
import dev.pipit.driver.Errno;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One {@code /dev/spidevB.C}: modes 0 to 3, one or several chip selects, words of any length that
 * the controller has. Transfers return the number of bytes or {@code -errno}; each is at most 4096
 * bytes.
 */
final class KernelSpi extends SpiBase {
    private final Kernel kernel;
    private final Path file;
    private final int bitsPerWord;
    private final byte[] one = new byte[1];
    private int descriptor = -1;

    private KernelSpi(
            SpiProvider provider, SpiConfig config, Kernel kernel, Path dev, int bitsPerWord) {
        super(provider, config);
        this.bitsPerWord = bitsPerWord;
        this.kernel = kernel;
        file = dev.resolve("spidev" + config.bus().getBus() + "." + config.getChannel());
    }

    static final class Provider extends SpiProviderBase {
        private final Kernel kernel;
        private final Path dev;

        Provider(Kernel kernel, Path dev) {
            super("kernel-spi");
            this.kernel = kernel;
            this.dev = dev;
        }

        @Override
        public Spi create(SpiConfig config) {
            return create(config, 8);
        }

        Spi create(SpiConfig config, int bitsPerWord) {
            KernelSpi spi = new KernelSpi(this, config, kernel, dev, bitsPerWord);
            spi.open();
            context.registry().add(spi);
            return spi;
        }
    }

    @Override
    public synchronized void open() {
        if (isOpen) {
            return;
        }
        descriptor =
                DeviceFile.open(
                        kernel,
                        file,
                        "add 'dtparam=spi=on' to /boot/firmware/config.txt and start the Pi anew");
        int mode = config.mode().getMode();
        int result = kernel.spiSettings(descriptor, mode, bitsPerWord, config.baud());
        if (result < 0) {
            kernel.close(descriptor);
            throw new Pi4JException(
                    "%s refuses mode %d, words of %d bits and %d Hz: %s"
                            .formatted(
                                    file, mode, bitsPerWord, config.baud(), Errno.words(result)));
        }
        isOpen = true;
    }

    @Override
    public synchronized void close() {
        if (isOpen) {
            kernel.close(descriptor);
            descriptor = -1;
        }
        super.close();
    }

    @Override
    public Spi shutdown(Context context) {
        close();
        return this;
    }

    @Override
    public int transfer(byte[] write, int writeOffset, byte[] read, int readOffset, int length) {
        return exchange(write, writeOffset, read, readOffset, length);
    }

    private synchronized int exchange(
            byte @Nullable [] out, int outOffset, byte @Nullable [] in, int inOffset, int length) {
        return kernel.spiTransfer(descriptor, out, outOffset, in, inOffset, length);
    }

    @Override
    public synchronized int read() {
        int result = exchange(null, 0, one, 0, 1);
        return result < 0 ? result : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
        return exchange(null, 0, buffer, offset, length);
    }

    @Override
    public synchronized int write(byte b) {
        one[0] = b;
        return exchange(one, 0, null, 0, 1);
    }

    @Override
    public int write(byte[] data, int offset, int length) {
        return exchange(data, offset, null, 0, length);
    }
}
