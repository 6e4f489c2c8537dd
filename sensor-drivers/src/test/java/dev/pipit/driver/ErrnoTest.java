package dev.pipit.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ErrnoTest {
    /** What the kernel's Documentation/i2c/fault-codes.rst names, and what device files add. */
    private static final Map<Integer, Fault> FAULTS =
            Map.ofEntries(
                    Map.entry(Errno.EPERM, Fault.NO_ACCESS),
                    Map.entry(Errno.ENOENT, Fault.NO_ACCESS),
                    Map.entry(Errno.EIO, Fault.BUS_ERROR),
                    Map.entry(Errno.ENXIO, Fault.NO_ANSWER),
                    Map.entry(Errno.EAGAIN, Fault.BUS_ERROR),
                    Map.entry(Errno.EACCES, Fault.NO_ACCESS),
                    Map.entry(Errno.EBUSY, Fault.BUS_ERROR),
                    Map.entry(Errno.ENODEV, Fault.NO_ACCESS),
                    Map.entry(Errno.EINVAL, Fault.BUS_ERROR),
                    Map.entry(Errno.EPROTO, Fault.BUS_ERROR),
                    Map.entry(Errno.EBADMSG, Fault.CHECKSUM),
                    Map.entry(Errno.EOPNOTSUPP, Fault.BUS_ERROR),
                    Map.entry(Errno.ESHUTDOWN, Fault.NO_ACCESS),
                    Map.entry(Errno.ETIMEDOUT, Fault.TIMEOUT),
                    Map.entry(Errno.EREMOTEIO, Fault.NO_ANSWER));

    @Test
    void everyErrorOfTheKernelIsOneOfFiveFaultsAndHasWords() {
        FAULTS.forEach((errno, fault) -> {
            assertThat(Errno.fault(-errno)).as("errno %d", errno).isEqualTo(fault);
            assertThat(Errno.words(-errno)).as("errno %d", errno).doesNotContain("errno");
        });
    }

    @Test
    void anErrorThatNoDocumentNamesIsABusErrorWithItsNumber() {
        assertThat(Errno.fault(-99)).isEqualTo(Fault.BUS_ERROR);
        assertThat(Errno.words(-99)).isEqualTo("errno 99");
    }
}
