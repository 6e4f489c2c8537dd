package dev.pipit.driver;

import com.pi4j.io.IO;
import com.pi4j.io.gpio.digital.DigitalInput;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.i2c.I2C;
import com.pi4j.io.pwm.Pwm;
import com.pi4j.io.spi.Spi;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;

/**
 * A bus for table tests: writes down every transaction ({@code W f4 25}, {@code R d0 1}) and
 * answers reads with the bytes that the script has next, in hexadecimal; {@code !121} ends any
 * transaction with that errno.
 */
public final class ScriptedI2c implements Wiring {
    public final List<String> transactions = new ArrayList<>();
    private final Deque<String> answers = new ArrayDeque<>();
    private int opened;

    public ScriptedI2c answer(String... next) {
        answers.addAll(List.of(next));
        return this;
    }

    /** How often a driver has asked for its device. */
    public int opened() {
        return opened;
    }

    @Override
    public I2C i2c(int bus, int address) {
        opened++;
        return (I2C)
                Proxy.newProxyInstance(
                        I2C.class.getClassLoader(),
                        new Class<?>[] {I2C.class},
                        (proxy, method, arguments) -> call(method, arguments));
    }

    private Object call(Method method, Object[] a) {
        return switch (method.getName()) {
            case "write" -> write((byte[]) a[0], (int) a[1], (int) a[2]);
            case "readRegister" ->
                    read("R %02x ".formatted((int) a[0]), (byte[]) a[1], (int) a[2], (int) a[3]);
            case "read" -> read("R ", (byte[]) a[0], (int) a[1], (int) a[2]);
            case "hashCode" -> 1;
            case "equals" -> false;
            default -> throw new AssertionError("not scripted: " + method);
        };
    }

    private int write(byte[] bytes, int offset, int length) {
        String hex = HexFormat.ofDelimiter(" ").formatHex(bytes, offset, offset + length);
        transactions.add("W " + hex);
        String next = answers.peek();
        if (next != null && next.startsWith("!")) {
            answers.remove();
            return -Integer.parseInt(next.substring(1));
        }
        return length;
    }

    private int read(String words, byte[] into, int offset, int length) {
        transactions.add(words + length);
        String next = answers.remove();
        if (next.startsWith("!")) {
            return -Integer.parseInt(next.substring(1));
        }
        byte[] bytes = HexFormat.of().parseHex(next.replace(" ", ""));
        if (bytes.length != length) {
            throw new AssertionError("script has " + bytes.length + " bytes, asked for " + length);
        }
        System.arraycopy(bytes, 0, into, offset, length);
        return length;
    }

    @Override
    public void release(IO<?, ?, ?> io) {
        // Nothing is held.
    }

    @Override
    public Spi spi(int bus, int chipSelect, int hertz, int mode, int bitsPerWord) {
        throw new UnsupportedOperationException();
    }

    @Override
    public DigitalInput input(InputLine line) {
        throw new UnsupportedOperationException();
    }

    @Override
    public DigitalOutput output(OutputLine line) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Pwm pwm(PwmLine line) {
        throw new UnsupportedOperationException();
    }
}
