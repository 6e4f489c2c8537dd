package dev.pipit.driver;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Measures what a piece of code allocates. */
public final class Allocation {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocation() {}

    /**
     * Bytes that {@code rounds} calls allocate on this thread, after warming up: the fewest of five
     * batches, because the virtual machine itself allocates a little now and then (a class that is
     * linked late, a compiled method that is thrown away). Code that allocates does so in each.
     */
    public static long ofRounds(int rounds, Runnable code) {
        for (int i = 0; i < 2 * rounds; i++) {
            code.run();
        }
        long fewest = Long.MAX_VALUE;
        for (int batch = 0; batch < 5; batch++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < rounds; i++) {
                code.run();
            }
            fewest = Math.min(fewest, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return fewest;
    }
}
