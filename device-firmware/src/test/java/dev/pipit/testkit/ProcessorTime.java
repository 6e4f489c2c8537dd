package dev.pipit.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.LongStream;

/** Who had this machine's processors, by the kernel's own account in ticks of 10 ms. */
public final class ProcessorTime {
    private static final long MS_PER_TICK = 10;

    private ProcessorTime() {}

    /**
     * Processor time since boot, of all processors together, that went neither to this process nor
     * to its children nor to interrupts (which our own packets raise): other processes, and what
     * the hypervisor gave to other machines. Accurate to some ticks.
     */
    public static long ofOthersMs() {
        try {
            // proc(5): cpu user nice system idle iowait irq softirq steal guest guest_nice
            String[] all = Files.readAllLines(Path.of("/proc/stat")).getFirst().split(" +");
            long taken =
                    LongStream.of(number(all, 1), number(all, 2), number(all, 3), number(all, 8))
                            .sum();
            long ours =
                    ProcessHandle.current().descendants().mapToLong(p -> ticks(p.pid())).sum()
                            + ticks(ProcessHandle.current().pid());
            return (taken - ours) * MS_PER_TICK;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long ticks(long pid) {
        try {
            String line = Files.readString(Path.of("/proc/" + pid + "/stat"));
            // Behind the name, which may hold anything: field 3 on; utime and stime are 14 and 15.
            String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
            return number(fields, 14 - 3) + number(fields, 15 - 3);
        } catch (NoSuchFileException ended) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long number(String[] fields, int index) {
        return Long.parseLong(fields[index]);
    }
}
