package dev.pipit.spool;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A disk in memory that knows what would survive a power cut: it can be cut at any moment, in
 * several ways, into the disk that the next start would find. It can also fail.
 */
final class FaultyDisk implements Disk {
    /** What a power cut leaves of writes and names that were not synced. */
    enum Cut {
        ALL_LOST,
        ALL_KEPT,
        /** Writes in order up to a point, the last one torn. */
        TORN,
        /** Any of them, in any order, whole sectors of them. */
        REORDERED,
        /** As torn, and what was not written holds garbage. */
        GARBAGE
    }

    private static final int SECTOR = 512;

    private static final class Write {
        final int position;
        final byte[] bytes;

        Write(int position, byte[] bytes) {
            this.position = position;
            this.bytes = bytes;
        }
    }

    private static final class Inode {
        byte[] durable;
        byte[] content;
        final List<Write> unsynced = new ArrayList<>();

        Inode(byte[] content) {
            this.durable = content;
            this.content = content.clone();
        }
    }

    private Map<String, Inode> names = new HashMap<>();
    private final List<Map<String, Inode>> unsyncedNames = new ArrayList<>();
    private Map<String, Inode> durableNames = new HashMap<>();

    /** A disk that lies: what it says is synced is not. The negative control. */
    boolean lying;

    boolean readOnly;
    boolean full;
    int failingSyncs;
    long bytesWritten;
    int syncs;

    @Override
    public List<String> names() {
        return new ArrayList<>(names.keySet());
    }

    @Override
    public DiskFile create(String name, int length) throws IOException {
        refuseIfReadOnly();
        if (full) {
            throw new IOException("No space left on device");
        }
        rename(name, new Inode(new byte[length]));
        return open(name);
    }

    private void rename(String name, Inode inode) {
        names = new HashMap<>(names);
        names.values().remove(inode);
        names.put(name, inode);
        unsyncedNames.add(names);
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return new File(inode(name));
    }

    private Inode inode(String name) throws IOException {
        Inode inode = names.get(name);
        if (inode == null) {
            throw new FileNotFoundException(name);
        }
        return inode;
    }

    @Override
    public void rename(String from, String to) throws IOException {
        refuseIfReadOnly();
        rename(to, inode(from));
    }

    @Override
    public void delete(String name) throws IOException {
        refuseIfReadOnly();
        names = new HashMap<>(names);
        names.remove(name);
        unsyncedNames.add(names);
    }

    @Override
    public void syncNames() throws IOException {
        refuseIfReadOnly();
        if (!lying) {
            durableNames = names;
            unsyncedNames.clear();
        }
    }

    @Override
    public long freeBytes() {
        return full ? 0 : Long.MAX_VALUE;
    }

    private void refuseIfReadOnly() throws IOException {
        if (readOnly) {
            throw new IOException("Read-only file system");
        }
    }

    byte[] bytes(String name) {
        Inode inode = names.get(name);
        if (inode == null) {
            throw new AssertionError("no file " + name);
        }
        return inode.content;
    }

    /** The disk that a start after a power cut at this moment would find. */
    FaultyDisk cut(Cut how, SplittableRandom random) {
        FaultyDisk after = new FaultyDisk();
        Map<String, Inode> kept = durableNames;
        if (!unsyncedNames.isEmpty() && how != Cut.ALL_LOST) {
            int upTo =
                    how == Cut.ALL_KEPT
                            ? unsyncedNames.size()
                            : random.nextInt(unsyncedNames.size() + 1);
            kept = upTo == 0 ? durableNames : unsyncedNames.get(upTo - 1);
        }
        Map<Inode, Inode> copies = new HashMap<>();
        for (Map.Entry<String, Inode> entry : kept.entrySet()) {
            Inode copy =
                    copies.computeIfAbsent(
                            entry.getValue(), inode -> new Inode(cut(inode, how, random)));
            after.names.put(entry.getKey(), copy);
        }
        after.durableNames = after.names;
        return after;
    }

    private static byte[] cut(Inode inode, Cut how, SplittableRandom random) {
        byte[] bytes = inode.durable.clone();
        int count = inode.unsynced.size();
        switch (how) {
            case ALL_LOST -> {}
            case ALL_KEPT -> inode.unsynced.forEach(w -> put(bytes, w, w.bytes.length));
            case TORN, GARBAGE -> {
                int whole = random.nextInt(count + 1);
                for (int i = 0; i < whole; i++) {
                    put(bytes, inode.unsynced.get(i), inode.unsynced.get(i).bytes.length);
                }
                if (whole < count) {
                    Write torn = inode.unsynced.get(whole);
                    int kept = random.nextInt(torn.bytes.length + 1);
                    put(bytes, torn, kept);
                    if (how == Cut.GARBAGE) {
                        for (int i = kept; i < torn.bytes.length; i++) {
                            bytes[torn.position + i] = (byte) random.nextInt();
                        }
                    }
                }
            }
            case REORDERED -> {
                for (Write write : inode.unsynced) {
                    for (int at = 0; at < write.bytes.length; ) {
                        int end = (write.position + at) / SECTOR * SECTOR + SECTOR;
                        int length = Math.min(end - write.position - at, write.bytes.length - at);
                        if (random.nextBoolean()) {
                            System.arraycopy(write.bytes, at, bytes, write.position + at, length);
                        }
                        at += length;
                    }
                }
            }
        }
        return bytes;
    }

    private static void put(byte[] bytes, Write write, int length) {
        System.arraycopy(write.bytes, 0, bytes, write.position, length);
    }

    private final class File implements DiskFile {
        private final Inode inode;

        File(Inode inode) {
            this.inode = inode;
        }

        @Override
        public int length() {
            return inode.content.length;
        }

        @Override
        public void read(int position, byte[] into, int offset, int length) {
            System.arraycopy(inode.content, position, into, offset, length);
        }

        @Override
        public void write(int position, byte[] bytes, int offset, int length) throws IOException {
            refuseIfReadOnly();
            System.arraycopy(bytes, offset, inode.content, position, length);
            byte[] copy = new byte[length];
            System.arraycopy(bytes, offset, copy, 0, length);
            inode.unsynced.add(new Write(position, copy));
            bytesWritten += length;
        }

        @Override
        public void sync() throws IOException {
            syncs++;
            if (failingSyncs > 0) {
                failingSyncs--;
                // As Linux does it: what failed is forgotten, and the next sync finds nothing
                // dirty.
                inode.unsynced.clear();
                throw new IOException("Input/output error");
            }
            refuseIfReadOnly();
            if (!lying) {
                // Only what was written is durable: after a failed sync the rest differs for good.
                byte[] durable = inode.durable.clone();
                inode.unsynced.forEach(w -> put(durable, w, w.bytes.length));
                inode.durable = durable;
                inode.unsynced.clear();
            }
        }

        @Override
        public void close() {}
    }
}
