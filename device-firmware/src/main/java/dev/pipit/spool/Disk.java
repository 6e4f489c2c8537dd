package dev.pipit.spool;

import java.io.IOException;
import java.util.List;

/**
 * One flat directory, as the spool needs it. What was written is visible at once; it is durable
 * only after {@link DiskFile#sync()}, and a name only after {@link #syncNames()}.
 */
public interface Disk {
    /** Names of all files, in any order. */
    List<String> names() throws IOException;

    /** Makes a file of a fixed length, all zeros, and syncs it. */
    DiskFile create(String name, int length) throws IOException;

    DiskFile open(String name) throws IOException;

    /** Gives a file another name, replacing a file that has it; open files stay open. */
    void rename(String from, String to) throws IOException;

    void delete(String name) throws IOException;

    /** Makes created, renamed and deleted names durable. */
    void syncNames() throws IOException;

    /** Bytes that may still be written. */
    long freeBytes() throws IOException;
}
