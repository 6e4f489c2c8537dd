package dev.pipit.board.kernel;

import org.jspecify.annotations.Nullable;

/**
 * The system calls that this board makes, one each. Results are 0 or above when done, {@code
 * -errno} otherwise; none throws, none allocates. {@link NativeKernel} is the kernel itself; tests
 * bring their own.
 */
public interface Kernel {
    /** Read and write; {@code O_RDWR} of {@code asm-generic/fcntl.h}. */
    int READ_WRITE = 2;

    /** Longs that {@link #gpioEvents} gives per event. */
    int EVENT_LONGS = 3;

    /** In an event: the level rose. The other one, 2, is that it fell. */
    int RISING = 1;

    /** In {@link #gpioLine}'s flags: somebody has the line. */
    int LINE_USED = 1;

    /** In {@link #gpioLine}'s flags: an output. */
    int LINE_OUTPUT = 1 << 3;

    /**
     * @return a descriptor
     */
    int open(String path, int flags);

    int close(int descriptor);

    /**
     * Written part, repeated start, read part; either may be empty. 4096 bytes together at most.
     */
    int i2cTransfer(
            int descriptor,
            int address,
            byte[] out,
            int outOffset,
            int outLength,
            byte[] in,
            int inOffset,
            int inLength);

    /** Of the whole adapter. */
    int i2cSettings(int descriptor, int retries, int timeoutMs);

    int spiSettings(int descriptor, int mode, int bitsPerWord, int hertz);

    /**
     * Full duplex, 4096 bytes at most.
     *
     * @param out {@code null}: zeros
     * @param in {@code null}: thrown away
     * @return bytes transferred
     */
    int spiTransfer(
            int descriptor,
            byte @Nullable [] out,
            int outOffset,
            byte @Nullable [] in,
            int inOffset,
            int length);

    /**
     * @param nameAndLabel 64 bytes: 32 each, filled with zeros
     * @return how many lines the chip has
     */
    int gpioChip(int descriptor, byte[] nameAndLabel);

    /**
     * @param nameAndConsumer 64 bytes: 32 each, filled with zeros
     * @return flags
     */
    int gpioLine(int descriptor, int line, byte[] nameAndConsumer);

    /**
     * Claims a line with edge events on both edges.
     *
     * @param bias 0 none, 1 up, 2 down
     * @return the line's own descriptor
     */
    int gpioInput(int descriptor, int line, byte[] consumer, int bias, int debounceMicros);

    /**
     * Claims a line as an output that has its level from the same moment on.
     *
     * @param drive 0 push-pull, 1 open drain, 2 open source
     * @param bias -1 as it is, 0 none, 1 up, 2 down
     * @return the line's own descriptor
     */
    int gpioOutput(int descriptor, int line, byte[] consumer, int high, int drive, int bias);

    /**
     * @return 0 or 1
     */
    int gpioGet(int lineDescriptor);

    int gpioSet(int lineDescriptor, int high);

    /**
     * Takes the events that have come.
     *
     * @param into {@link #EVENT_LONGS} each: nanoseconds on the monotonic clock, {@link #RISING} or
     *     2, the line's sequence number from 1 on
     * @return how many events
     */
    int gpioEvents(int lineDescriptor, long[] into);

    /**
     * Waits until one of the first {@code count} descriptors can be read, 64 at most.
     *
     * @return how many can; {@code ready} says which
     */
    int poll(int[] descriptors, int count, int timeoutMs, boolean[] ready);

    /** A descriptor that {@link #wake} makes readable and {@link #sleepAgain} unreadable. */
    int wakeable();

    int wake(int descriptor);

    int sleepAgain(int descriptor);
}
