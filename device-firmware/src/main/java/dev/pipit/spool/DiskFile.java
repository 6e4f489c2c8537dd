package dev.pipit.spool;

import java.io.Closeable;
import java.io.IOException;

/** An open file of fixed length. One thread at a time, but for {@link #sync()}. */
public interface DiskFile extends Closeable {
    int length();

    /** Reads exactly so many bytes; they lie within the file. */
    void read(int position, byte[] into, int offset, int length) throws IOException;

    /** Writes exactly so many bytes; they lie within the file. */
    void write(int position, byte[] bytes, int offset, int length) throws IOException;

    /**
     * Makes what was written durable. After a failure nobody knows what is: the caller gives the
     * file up. May run beside reads and writes of another thread.
     */
    void sync() throws IOException;
}
