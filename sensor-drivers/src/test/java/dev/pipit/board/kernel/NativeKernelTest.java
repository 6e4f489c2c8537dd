package dev.pipit.board.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.driver.Allocation;
import dev.pipit.driver.Errno;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The native library itself, built here by gcc: whatever needs no device. */
@Tag("real")
class NativeKernelTest {
    private static NativeKernel kernel;

    @BeforeAll
    static void build() throws IOException, InterruptedException {
        Path script = Path.of("src/main/c/build").toAbsolutePath();
        ProcessBuilder builder =
                new ProcessBuilder(script.toString(), NativeKernel.architecture()).inheritIO();
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process build = builder.start();
        assertThat(build.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(build.exitValue()).as("src/main/c/build").isZero();
        kernel = NativeKernel.load();
    }

    @Test
    void errorsAreNegativeErrnos() {
        assertThat(kernel.open("/dev/i2c-none", Kernel.READ_WRITE)).isEqualTo(-Errno.ENOENT);
        assertThat(kernel.close(-1)).isEqualTo(-9); // EBADF
        int notty = kernel.open("/dev/null", Kernel.READ_WRITE);
        byte[] buffer = new byte[64];
        assertThat(kernel.gpioChip(notty, buffer)).isNegative();
        assertThat(kernel.i2cTransfer(notty, 0x76, buffer, 0, 1, buffer, 0, 1)).isNegative();
        assertThat(kernel.i2cTransfer(notty, 0x76, buffer, 0, 4096, buffer, 0, 1))
                .isEqualTo(-90); // EMSGSIZE
        assertThat(kernel.spiTransfer(notty, buffer, 0, buffer, 0, 4)).isNegative();
        assertThat(kernel.gpioInput(notty, 0, new byte[] {120}, 1, 0)).isNegative();
        assertThat(kernel.close(notty)).isZero();
    }

    @Test
    void pollSleepsUntilItIsWoken() {
        int waker = kernel.wakeable();
        int[] descriptors = {waker};
        boolean[] ready = new boolean[1];
        assertThat(kernel.poll(descriptors, 1, 0, ready)).isZero();
        assertThat(kernel.wake(waker)).isEqualTo(8);
        assertThat(kernel.poll(descriptors, 1, 1_000, ready)).isEqualTo(1);
        assertThat(ready[0]).isTrue();
        assertThat(kernel.sleepAgain(waker)).isEqualTo(8);
        assertThat(kernel.poll(descriptors, 1, 0, ready)).isZero();
        assertThat(kernel.close(waker)).isZero();
    }

    @Test
    void aCallAllocatesNothing() {
        int waker = kernel.wakeable();
        int[] descriptors = {waker};
        boolean[] ready = new boolean[1];
        byte[] buffer = new byte[64];
        long[] events = new long[192];
        int file = kernel.open("/dev/null", Kernel.READ_WRITE);
        long allocated =
                Allocation.ofRounds(
                        5_000,
                        () -> {
                            kernel.poll(descriptors, 1, 0, ready);
                            kernel.i2cTransfer(file, 0x76, buffer, 0, 1, buffer, 1, 8);
                            kernel.spiTransfer(file, buffer, 0, buffer, 0, 4);
                            kernel.gpioGet(file);
                            kernel.gpioEvents(file, events);
                        });
        assertThat(allocated).isZero();
        kernel.close(file);
        kernel.close(waker);
    }

    @Test
    void timeSinceBootAdvances() {
        long before = kernel.nanosSinceBoot();
        assertThat(before).isPositive();
        assertThat(kernel.nanosSinceBoot()).isGreaterThan(before);
        kernel.clockIsSynchronised(); // Either answer is right; it must come without a crash.
    }

    @Test
    void aNotificationToNobodyFailsAndWithoutASocketIsNotSent() {
        assertThat(kernel.notify("@pipit-test-nobody", "READY=1")).isEqualTo(-111); // ECONNREFUSED
        assertThat(new SystemdNotifier(Map.of()).tell("READY=1")).isTrue();
        SystemdNotifier notifier =
                new SystemdNotifier(
                        Map.of("NOTIFY_SOCKET", "@pipit-test-nobody", "WATCHDOG_USEC", "20000000"));
        assertThat(notifier.wanted()).isTrue();
        assertThat(notifier.watchdogMs()).isEqualTo(20_000);
        assertThat(notifier.tell("WATCHDOG=1")).isFalse();
    }
}
