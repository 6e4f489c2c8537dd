package dev.pipit.driver.kernel;

import dev.pipit.driver.Fault;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file of {@code /sys} or {@code /proc}, kept open and read from its beginning again and again
 * without allocating. After an error it is opened anew.
 */
final class SmallFile implements AutoCloseable {
    private final Path path;
    private final byte[] bytes;
    private @Nullable RandomAccessFile file;
    private int length;
    private @Nullable String trouble;

    SmallFile(Path path, int most) {
        this.path = path;
        bytes = new byte[most];
    }

    /**
     * Takes the content as it is now.
     *
     * @return its length, or a fault as {@link Fault#asResult()}, below 0
     */
    int read() {
        length = 0;
        try {
            RandomAccessFile open = file;
            if (open == null) {
                open = new RandomAccessFile(path.toFile(), "r");
                file = open;
            }
            open.seek(0);
            length = Math.max(0, open.read(bytes, 0, bytes.length));
            return length;
        } catch (FileNotFoundException e) {
            // Also where it may not be read: the message has the reason.
            trouble = e.getMessage();
            return Fault.NO_ACCESS.asResult();
        } catch (IOException e) {
            trouble = path + ": " + e.getMessage();
            close();
            return Fault.BUS_ERROR.asResult();
        }
    }

    Path path() {
        return path;
    }

    /** What was wrong with the last attempt that failed. */
    @Nullable String trouble() {
        return trouble;
    }

    int length() {
        return length;
    }

    int at(int index) {
        return index < length ? bytes[index] : -1;
    }

    /** Where a word begins, at or after {@code from}; -1 where it does not occur. */
    int find(String word, int from) {
        for (int i = from; i + word.length() <= length; i++) {
            int same = 0;
            while (same < word.length() && bytes[i + same] == word.charAt(same)) {
                same++;
            }
            if (same == word.length()) {
                return i;
            }
        }
        return -1;
    }

    /** Whether a whole decimal number stands at or after {@code from}, after blanks. */
    boolean hasNumber(int from) {
        int i = skipBlanks(from);
        if (at(i) == '-' || at(i) == '+') {
            i++;
        }
        return at(i) >= '0' && at(i) <= '9';
    }

    /** The whole decimal number at or after {@code from}, after blanks; a fraction is left out. */
    long number(int from) {
        int i = skipBlanks(from);
        boolean negative = at(i) == '-';
        if (negative || at(i) == '+') {
            i++;
        }
        long value = 0;
        for (; at(i) >= '0' && at(i) <= '9'; i++) {
            value = value * 10 + (at(i) - '0');
        }
        return negative ? -value : value;
    }

    /** The decimal number at or after {@code from}, up to nine places behind the point. */
    double decimal(int from) {
        int i = skipBlanks(from);
        boolean negative = at(i) == '-';
        double value = Math.abs((double) number(from));
        while (at(i) == '-' || at(i) == '+' || (at(i) >= '0' && at(i) <= '9')) {
            i++;
        }
        if (at(i) == '.') {
            long digits = 0;
            long unit = 1;
            for (i++; at(i) >= '0' && at(i) <= '9' && unit < 1_000_000_000; i++) {
                digits = digits * 10 + (at(i) - '0');
                unit *= 10;
            }
            value += (double) digits / unit;
        }
        return negative ? -value : value;
    }

    /** The hexadecimal byte of two digits at {@code at}; -1 where there is none. */
    int hexByte(int at) {
        int high = Character.digit(at(at), 16);
        int low = Character.digit(at(at + 1), 16);
        return high < 0 || low < 0 ? -1 : high * 16 + low;
    }

    private int skipBlanks(int from) {
        int i = from;
        while (at(i) == ' ' || at(i) == '\t' || at(i) == '\n') {
            i++;
        }
        return i;
    }

    @Override
    public void close() {
        RandomAccessFile open = file;
        file = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // Nothing was written: nothing is lost.
            }
        }
    }
}
