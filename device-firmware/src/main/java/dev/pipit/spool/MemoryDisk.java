package dev.pipit.spool;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Files that die with the process: for what may be lost, and for when every disk fails. */
public final class MemoryDisk implements Disk {
    private final Map<String, byte[]> files = new HashMap<>();

    @Override
    public List<String> names() {
        return new ArrayList<>(files.keySet());
    }

    @Override
    public DiskFile create(String name, int length) throws IOException {
        files.put(name, new byte[length]);
        return open(name);
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return new MemoryFile(bytes(name));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        files.put(to, bytes(from));
        files.remove(from);
    }

    @Override
    public void delete(String name) {
        files.remove(name);
    }

    @Override
    public void syncNames() {}

    @Override
    public long freeBytes() {
        return Long.MAX_VALUE;
    }

    private byte[] bytes(String name) throws IOException {
        byte[] bytes = files.get(name);
        if (bytes == null) {
            throw new FileNotFoundException(name);
        }
        return bytes;
    }

    private static final class MemoryFile implements DiskFile {
        private final byte[] content;

        MemoryFile(byte[] content) {
            this.content = content;
        }

        @Override
        public int length() {
            return content.length;
        }

        @Override
        public void read(int position, byte[] into, int offset, int length) {
            System.arraycopy(content, position, into, offset, length);
        }

        @Override
        public void write(int position, byte[] bytes, int offset, int length) {
            System.arraycopy(bytes, offset, content, position, length);
        }

        @Override
        public void sync() {}

        @Override
        public void close() {}
    }
}
