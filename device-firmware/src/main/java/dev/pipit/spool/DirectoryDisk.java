package dev.pipit.spool;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A real directory: on the card with plain writes and {@code fdatasync}, or in the runtime
 * directory (tmpfs) with mapped files, where a write costs no system call and survives the process,
 * and syncing means nothing.
 */
public final class DirectoryDisk implements Disk {
    private final Path directory;
    private final boolean mapped;

    private DirectoryDisk(Path directory, boolean mapped) {
        this.directory = directory;
        this.mapped = mapped;
    }

    /** A directory on a card or disk; made if it is not there. */
    public static DirectoryDisk onCard(Path directory) {
        return new DirectoryDisk(directory, false);
    }

    /** A directory in memory; made if it is not there. */
    public static DirectoryDisk inMemory(Path directory) {
        return new DirectoryDisk(directory, true);
    }

    @Override
    public List<String> names() throws IOException {
        // Here, not in the constructor: a disk that is not there yet may come later.
        Files.createDirectories(directory);
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (Files.isRegularFile(file)) {
                    names.add(file.getFileName().toString());
                }
            }
        } catch (DirectoryIteratorException failed) {
            throw failed.getCause();
        }
        return names;
    }

    @Override
    public DiskFile create(String name, int length) throws IOException {
        Path path = directory.resolve(name);
        // Zeros are written, not left out: a hole would be filled when the card is full, and in a
        // mapped file that is a signal that ends the process.
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(0);
            file.write(new byte[length]);
            if (!mapped) {
                force(file.getChannel());
            }
        } catch (IOException e) {
            Files.deleteIfExists(path);
            throw e;
        }
        return open(name);
    }

    @Override
    public DiskFile open(String name) throws IOException {
        Path path = directory.resolve(name);
        if (!mapped) {
            return new PlainFile(new RandomAccessFile(path.toFile(), "rw"));
        }
        try (FileChannel channel =
                FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new MappedFile(channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size()));
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(
                directory.resolve(from),
                directory.resolve(to),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name));
    }

    @Override
    public void syncNames() throws IOException {
        if (!mapped) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    @Override
    public long freeBytes() throws IOException {
        return Files.getFileStore(directory).getUsableSpace();
    }

    /** {@code fdatasync}. An interrupt would close the channel: it is put off. */
    private static void force(FileChannel channel) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            channel.force(false);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public String toString() {
        return directory.toString();
    }

    private static final class PlainFile implements DiskFile {
        private final RandomAccessFile file;
        private final int length;

        PlainFile(RandomAccessFile file) throws IOException {
            this.file = file;
            length = Math.toIntExact(file.length());
        }

        @Override
        public int length() {
            return length;
        }

        @Override
        public void read(int position, byte[] into, int offset, int count) throws IOException {
            file.seek(position);
            file.readFully(into, offset, count);
        }

        @Override
        public void write(int position, byte[] bytes, int offset, int count) throws IOException {
            file.seek(position);
            file.write(bytes, offset, count);
        }

        @Override
        public void sync() throws IOException {
            force(file.getChannel());
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    private static final class MappedFile implements DiskFile {
        private final MappedByteBuffer map;

        MappedFile(MappedByteBuffer map) {
            this.map = map;
        }

        @Override
        public int length() {
            return map.capacity();
        }

        @Override
        public void read(int position, byte[] into, int offset, int count) throws IOException {
            if (position + count > map.capacity()) {
                throw new EOFException("beyond the end of a mapped file");
            }
            map.get(position, into, offset, count);
        }

        @Override
        public void write(int position, byte[] bytes, int offset, int count) {
            map.put(position, bytes, offset, count);
        }

        @Override
        public void sync() {}

        @Override
        public void close() {}
    }
}
