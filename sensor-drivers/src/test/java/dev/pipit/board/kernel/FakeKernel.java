package dev.pipit.board.kernel;

import dev.pipit.driver.Errno;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A kernel of the test's making: two GPIO chips, one I2C bus with one chip of 256 registers, one
 * SPI device that sends back what it gets. Poll really waits, as the event thread does.
 */
final class FakeKernel implements Kernel {
    static final int LINES = 54;

    /** The second chip's lines stand behind the first's. */
    static final int EXPANDER = LINES;

    private static final int EXPANDER_LINES = 8;

    /** One GPIO line. */
    static final class Line {
        boolean output;
        int bias;
        int drive;
        int debounceMicros;
        String consumer = "";
        boolean high;
        final List<Boolean> history = new ArrayList<>();
        final Deque<long[]> events = new ArrayDeque<>();
        long sequence;
        int descriptor = -1;
    }

    final Line[] lines = new Line[LINES + EXPANDER_LINES];
    final byte[] registers = new byte[256];
    final List<String> settings = new ArrayList<>();
    final Map<String, Integer> refusals = new HashMap<>();
    final Map<Integer, String> open = new ConcurrentHashMap<>();
    volatile int i2cResult;
    private volatile @Nullable Hanging hangs;
    volatile int chipAddress = 0x76;
    int pointer;
    private int next = 3;
    private int wakes;

    private record Hanging(String bus, CountDownLatch inside, CountDownLatch end) {
        void await() {
            inside.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Transfers on a bus do not come back before {@code end}. */
    void hang(String bus, CountDownLatch inside, CountDownLatch end) {
        hangs = new Hanging(bus, inside, end);
    }

    FakeKernel() {
        for (int i = 0; i < lines.length; i++) {
            lines[i] = new Line();
        }
    }

    @Override
    public synchronized int open(String path, int flags) {
        Integer refusal = refusals.get(path.substring(path.lastIndexOf('/') + 1));
        if (refusal != null) {
            return -refusal;
        }
        int descriptor = next++;
        open.put(descriptor, path.substring(path.lastIndexOf('/') + 1));
        return descriptor;
    }

    @Override
    public synchronized int close(int descriptor) {
        for (Line line : lines) {
            if (line.descriptor == descriptor) {
                line.descriptor = -1;
                line.consumer = "";
            }
        }
        return open.remove(descriptor) == null ? -9 : 0;
    }

    @Override
    public int i2cTransfer(
            int descriptor,
            int address,
            byte[] out,
            int outOffset,
            int outLength,
            byte[] in,
            int inOffset,
            int inLength) {
        if (hangs != null && hangs.bus().equals(open.get(descriptor))) {
            hangs.await();
        }
        if (i2cResult < 0) {
            return i2cResult;
        }
        if (address != chipAddress) {
            return -Errno.EREMOTEIO;
        }
        if (outLength > 0) {
            pointer = out[outOffset] & 0xff;
            for (int i = 1; i < outLength; i++) {
                registers[pointer++ & 0xff] = out[outOffset + i];
            }
        }
        for (int i = 0; i < inLength; i++) {
            in[inOffset + i] = registers[pointer++ & 0xff];
        }
        return 0;
    }

    @Override
    public int i2cSettings(int descriptor, int retries, int timeoutMs) {
        settings.add(open.get(descriptor) + " retries " + retries + " timeout " + timeoutMs);
        return 0;
    }

    @Override
    public int spiSettings(int descriptor, int mode, int bitsPerWord, int hertz) {
        if (mode == 3 || bitsPerWord > 32) {
            return -Errno.EINVAL;
        }
        settings.add(
                open.get(descriptor)
                        + " mode "
                        + mode
                        + " bits "
                        + bitsPerWord
                        + " "
                        + hertz
                        + " Hz");
        return 0;
    }

    @Override
    public int spiTransfer(
            int descriptor,
            byte @Nullable [] out,
            int outOffset,
            byte @Nullable [] in,
            int inOffset,
            int length) {
        for (int i = 0; i < length && in != null; i++) {
            in[inOffset + i] = out == null ? 0x5a : out[outOffset + i];
        }
        return length;
    }

    @Override
    public int gpioChip(int descriptor, byte[] nameAndLabel) {
        boolean header = "gpiochip0".equals(open.get(descriptor));
        put(nameAndLabel, 0, header ? "gpiochip0" : "gpiochip1");
        put(nameAndLabel, 32, header ? "pinctrl-bcm2711" : "raspberrypi-exp-gpio");
        return header ? LINES : EXPANDER_LINES;
    }

    private static void put(byte[] into, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        java.util.Arrays.fill(into, offset, offset + 32, (byte) 0);
        System.arraycopy(bytes, 0, into, offset, bytes.length);
    }

    @Override
    public int gpioLine(int descriptor, int number, byte[] nameAndConsumer) {
        int line = index(descriptor, number);
        String onExpander = line == EXPANDER ? "BT_ON" : line == EXPANDER + 1 ? "SPARE" : "";
        String onHeader = line == 50 ? "SPARE" : "GPIO" + line;
        put(nameAndConsumer, 0, line < EXPANDER ? onHeader : onExpander);
        put(nameAndConsumer, 32, lines[line].consumer);
        return (lines[line].consumer.isEmpty() ? 0 : LINE_USED)
                | (lines[line].output ? LINE_OUTPUT : 0);
    }

    private int index(int descriptor, int line) {
        return "gpiochip1".equals(open.get(descriptor)) ? EXPANDER + line : line;
    }

    private int claim(int number, byte[] consumer) {
        Line line = lines[number];
        if (!line.consumer.isEmpty()) {
            return -Errno.EBUSY;
        }
        line.consumer = new String(consumer, StandardCharsets.US_ASCII);
        line.descriptor = next++;
        open.put(line.descriptor, "line " + number);
        return line.descriptor;
    }

    @Override
    public synchronized int gpioInput(
            int descriptor, int number, byte[] consumer, int bias, int debounceMicros) {
        int line = index(descriptor, number);
        int result = claim(line, consumer);
        if (result >= 0) {
            lines[line].bias = bias;
            lines[line].debounceMicros = debounceMicros;
            lines[line].high = bias == 1;
        }
        return result;
    }

    @Override
    public synchronized int gpioOutput(
            int descriptor, int number, byte[] consumer, int high, int drive, int bias) {
        int line = index(descriptor, number);
        int result = claim(line, consumer);
        if (result >= 0) {
            lines[line].output = true;
            lines[line].drive = drive;
            lines[line].bias = bias;
            lines[line].high = high == 1;
            lines[line].history.add(high == 1);
        }
        return result;
    }

    private @Nullable Line line(int descriptor) {
        for (Line line : lines) {
            if (line.descriptor == descriptor) {
                return line;
            }
        }
        return null;
    }

    @Override
    public synchronized int gpioGet(int lineDescriptor) {
        Line line = line(lineDescriptor);
        return line == null ? -9 : line.high ? 1 : 0;
    }

    @Override
    public synchronized int gpioSet(int lineDescriptor, int high) {
        Line line = line(lineDescriptor);
        if (line == null) {
            return -9;
        }
        line.high = high == 1;
        line.history.add(high == 1);
        return 0;
    }

    /** An edge, seen by the kernel. */
    synchronized void edge(int number, boolean high, long nanos) {
        Line line = lines[number];
        line.high = high;
        line.events.add(new long[] {nanos, high ? RISING : 2, ++line.sequence});
        notifyAll();
    }

    /** An edge for which the kernel had no room. */
    synchronized void lostEdge(int number, boolean high) {
        lines[number].high = high;
        lines[number].sequence++;
    }

    @Override
    public synchronized int gpioEvents(int lineDescriptor, long[] into) {
        Line line = line(lineDescriptor);
        int count = 0;
        while (line != null && !line.events.isEmpty()) {
            System.arraycopy(line.events.remove(), 0, into, count * EVENT_LONGS, EVENT_LONGS);
            count++;
        }
        return count;
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // As poll(2) may, it returns early now and then.
    public synchronized int poll(int[] descriptors, int count, int timeoutMs, boolean[] ready) {
        int found = ready(descriptors, count, ready);
        if (found == 0) {
            try {
                wait(timeoutMs);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            found = ready(descriptors, count, ready);
        }
        return found;
    }

    private int ready(int[] descriptors, int count, boolean[] ready) {
        int found = 0;
        for (int i = 0; i < count; i++) {
            Line line = line(descriptors[i]);
            ready[i] = i == 0 ? wakes > 0 : line != null && !line.events.isEmpty();
            found += ready[i] ? 1 : 0;
        }
        return found;
    }

    @Override
    public synchronized int wakeable() {
        open.put(next, "eventfd");
        return next++;
    }

    @Override
    public synchronized int wake(int descriptor) {
        wakes++;
        notifyAll();
        return 8;
    }

    @Override
    public synchronized int sleepAgain(int descriptor) {
        wakes = 0;
        return 8;
    }
}
