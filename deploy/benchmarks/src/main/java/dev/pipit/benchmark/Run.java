package dev.pipit.benchmark;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * What publishing took, from the first message to the last acknowledgement.
 *
 * @param ns elapsed
 * @param processorNs of the client's process, all threads, user and system
 */
record Run(long ns, long processorNs) {
    private static long processor() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    /** The beginning: what {@link #until} is taken from. */
    static Run now() {
        return new Run(System.nanoTime(), processor());
    }

    Run until(Run end) {
        return new Run(end.ns - ns, end.processorNs - processorNs);
    }
}
