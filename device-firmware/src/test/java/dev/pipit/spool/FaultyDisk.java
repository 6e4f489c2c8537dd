package dev.pipit.spool;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

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

    /** Of a write, every byte. */
    private static final int ALL = Integer.MAX_VALUE;

    private static final class Write {
        final long number;
        final int position;
        final byte[] bytes;

        /** Cuts the file off at the position, or stretches it with zeros up to there. */
        final boolean resizes;

        Write(long number, int position, byte[] bytes, boolean resizes) {
            this.number = number;
            this.position = position;
            this.bytes = bytes;
            this.resizes = resizes;
        }

        /** The file once so many of the bytes have arrived. */
        byte[] on(byte[] content, int kept) {
            if (resizes) {
                return Arrays.copyOf(content, position);
            }
            byte[] grown =
                    position + kept > content.length
                            ? Arrays.copyOf(content, position + kept)
                            : content;
            System.arraycopy(bytes, 0, grown, position, kept);
            return grown;
        }

        byte[] on(byte[] content) {
            return on(content, bytes.length);
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

    /**
     * Run while a sync fails: the kernel has forgotten what was dirty, the caller knows nothing.
     */
    Runnable whileSyncFails = () -> {};

    /** Syncs never begin: the process is killed just before. */
    boolean killedBeforeSync;

    long bytesWritten;
    int syncs;
    private long writes;

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

    /** As the system call makes it: of no length, which is not durable either. */
    File createEmpty(String name) throws IOException {
        rename(name, new Inode(new byte[0]));
        return open(name);
    }

    private void rename(String name, Inode inode) {
        names = new HashMap<>(names);
        names.values().remove(inode);
        names.put(name, inode);
        unsyncedNames.add(names);
    }

    @Override
    public File open(String name) throws IOException {
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
            case ALL_KEPT -> {
                for (Write write : inode.unsynced) {
                    bytes = write.on(bytes);
                }
            }
            case TORN, GARBAGE -> {
                int whole = random.nextInt(count + 1);
                for (int i = 0; i < whole; i++) {
                    bytes = inode.unsynced.get(i).on(bytes);
                }
                if (whole < count) {
                    Write torn = inode.unsynced.get(whole);
                    int kept = random.nextInt(torn.bytes.length + 1);
                    bytes = torn.on(bytes, kept);
                    int end = Math.min(torn.position + torn.bytes.length, bytes.length);
                    for (int at = torn.position + kept; how == Cut.GARBAGE && at < end; at++) {
                        bytes[at] = (byte) random.nextInt();
                    }
                }
            }
            case REORDERED -> {
                for (Write write : inode.unsynced) {
                    if (write.resizes) {
                        bytes = random.nextBoolean() ? write.on(bytes) : bytes;
                    }
                    for (int at = 0; at < write.bytes.length; ) {
                        int end = (write.position + at) / SECTOR * SECTOR + SECTOR;
                        int length = Math.min(end - write.position - at, write.bytes.length - at);
                        if (random.nextBoolean()) {
                            byte[] sector = Arrays.copyOfRange(write.bytes, at, at + length);
                            bytes = new Write(0, write.position + at, sector, false).on(bytes);
                        }
                        at += length;
                    }
                }
            }
        }
        return bytes;
    }

    /**
     * The disks that a cut at this moment can leave, one by one: names as they were after each
     * change that was not synced, and with each of these the writes up to every one of them (that
     * one whole or torn in the middle), all but one, and one alone. Made when they are asked for.
     */
    List<Supplier<FaultyDisk>> everyCut() {
        List<Map<String, Inode>> namings = new ArrayList<>(unsyncedNames);
        namings.add(0, durableNames);
        List<Supplier<FaultyDisk>> cuts = new ArrayList<>();
        for (Map<String, Inode> naming : namings) {
            cuts.add(() -> cut(naming, write -> 0));
            new HashSet<>(naming.values())
                    .stream()
                            .flatMap(inode -> inode.unsynced.stream())
                            .forEach(write -> {
                                long one = write.number;
                                int half = write.bytes.length / 2;
                                cuts.add(() -> cut(naming, w -> w.number <= one ? ALL : 0));
                                cuts.add(() ->
                                        cut(
                                                naming,
                                                w -> w.number < one ? ALL : w == write ? half : 0));
                                cuts.add(() -> cut(naming, w -> w == write ? 0 : ALL));
                                cuts.add(() -> cut(naming, w -> w == write ? ALL : 0));
                            });
        }
        return cuts;
    }

    /** The disk on which so many bytes of each write arrived. */
    private static FaultyDisk cut(Map<String, Inode> naming, ToIntFunction<Write> kept) {
        FaultyDisk after = new FaultyDisk();
        Map<Inode, Inode> copies = new HashMap<>();
        naming.forEach((name, inode) -> {
            byte[] bytes = inode.durable.clone();
            for (Write write : inode.unsynced) {
                int arrived = Math.min(kept.applyAsInt(write), write.bytes.length);
                if (arrived > 0 || (write.resizes && kept.applyAsInt(write) > 0)) {
                    bytes = write.on(bytes, arrived);
                }
            }
            byte[] found = bytes;
            after.names.put(name, copies.computeIfAbsent(inode, unseen -> new Inode(found)));
        });
        after.durableNames = after.names;
        return after;
    }

    final class File implements DiskFile {
        private final Inode inode;

        private File(Inode inode) {
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
            byte[] copy = Arrays.copyOfRange(bytes, offset, offset + length);
            add(new Write(++writes, position, copy, false));
            bytesWritten += length;
        }

        void resize(int length) {
            add(new Write(++writes, length, new byte[0], true));
        }

        private void add(Write write) {
            inode.content = write.on(inode.content);
            inode.unsynced.add(write);
        }

        @Override
        public void sync() throws IOException {
            if (killedBeforeSync) {
                throw new IllegalStateException("killed");
            }
            syncs++;
            if (failingSyncs > 0) {
                failingSyncs--;
                // As Linux does it: what failed is forgotten, and the next sync finds nothing
                // dirty.
                inode.unsynced.clear();
                whileSyncFails.run();
                throw new IOException("Input/output error");
            }
            refuseIfReadOnly();
            if (!lying) {
                // Only what was written is durable: after a failed sync the rest differs for good.
                byte[] durable = inode.durable.clone();
                for (Write write : inode.unsynced) {
                    durable = write.on(durable);
                }
                inode.durable = durable;
                inode.unsynced.clear();
            }
        }

        @Override
        public void close() {}
    }
}
