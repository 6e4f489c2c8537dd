package dev.pipit.spool;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What strace recorded of a process, played again on disks that know what is durable.
 *
 * <p>Whatever changes a file below the disks' directories has to be modelled here, or the replay
 * fails: mapped files do, too. Reads are not recorded, although they move a file's position: {@link
 * DirectoryDisk} seeks before each write, and the last word is that the replay ends in the bytes
 * that the process left.
 */
final class SyscallTrace {
    /** For {@code strace}: every call that could change a file, a name or which file is meant. */
    static final List<String> OPTIONS =
            List.of(
                    "-f",
                    "--seccomp-bpf",
                    "-qq",
                    "-xx",
                    "-s",
                    "1000000",
                    "-e",
                    "signal=none",
                    "-e",
                    "trace=open,openat,openat2,creat,close,dup,dup2,dup3,lseek,write,writev,pwrite64,"
                            + "pwritev,pwritev2,fsync,fdatasync,sync,syncfs,sync_file_range,msync,"
                            + "mmap,truncate,ftruncate,fallocate,copy_file_range,sendfile,splice,"
                            + "link,linkat,symlink,symlinkat,rename,renameat,renameat2,unlink,"
                            + "unlinkat");

    /** Follows the replay. */
    interface Listener {
        /** A call has changed what the disk holds, or what of it is durable. */
        void changed(FaultyDisk disk);

        /** The process wrote this to its standard output. */
        void said(String text);
    }

    private record Call(String name, List<String> arguments, String result) {
        long value() {
            return Long.parseLong(result.split(" ", 2)[0]);
        }
    }

    private static final class Open {
        final FaultyDisk disk;
        final FaultyDisk.File file;
        int position;

        Open(FaultyDisk disk, FaultyDisk.File file) {
            this.disk = disk;
            this.file = file;
        }
    }

    private static final Pattern WHOLE = Pattern.compile("(\\d+) +(\\w+)\\((.*)\\) += (.*)");
    private static final Pattern BEGUN =
            Pattern.compile("(\\d+) +(\\w+)\\((.*) <unfinished \\.\\.\\.>");
    private static final Pattern ENDED =
            Pattern.compile("(\\d+) +<\\.\\.\\. (\\w+) resumed>(.*)\\) += (.*)");

    private final Map<Path, FaultyDisk> disks;
    private final Set<String> ignored;
    private final Listener listener;
    private final Map<Integer, Open> files = new HashMap<>();
    private final Map<Integer, FaultyDisk> directories = new HashMap<>();

    private SyscallTrace(Map<Path, FaultyDisk> disks, Set<String> ignored, Listener listener) {
        this.disks = disks;
        this.ignored = ignored;
        this.listener = listener;
    }

    /**
     * Plays a recording.
     *
     * @param disks by directory, which was there before the process
     * @param ignored calls that are left out, to see that somebody notices
     */
    static void replay(
            Path recording, Map<Path, FaultyDisk> disks, Set<String> ignored, Listener listener)
            throws IOException {
        SyscallTrace trace = new SyscallTrace(disks, ignored, listener);
        for (Call call : calls(recording)) {
            trace.apply(call);
        }
    }

    private static List<Call> calls(Path recording) throws IOException {
        List<Call> calls = new ArrayList<>();
        Map<String, String> begun = new HashMap<>();
        for (String line : Files.readAllLines(recording, StandardCharsets.US_ASCII)) {
            Matcher matcher = BEGUN.matcher(line);
            if (matcher.matches()) {
                begun.put(matcher.group(1), matcher.group(3));
                continue;
            }
            matcher = ENDED.matcher(line);
            boolean ended = matcher.matches();
            if (!ended) {
                matcher = WHOLE.matcher(line);
                if (!matcher.matches()) {
                    continue;
                }
            }
            String arguments =
                    (ended ? begun.getOrDefault(matcher.group(1), "") : "") + matcher.group(3);
            calls.add(new Call(matcher.group(2), List.of(arguments.split(", ")), matcher.group(4)));
        }
        return calls;
    }

    private void apply(Call call) throws IOException {
        if (call.result.startsWith("-1") || call.result.startsWith("?")) {
            return;
        }
        switch (call.name) {
            case "openat" -> opened(call);
            case "close" -> closed(number(call, 0));
            case "lseek" -> {
                Open open = files.get(number(call, 0));
                if (open != null) {
                    open.position = (int) call.value();
                }
            }
            case "write" -> written(call);
            case "ftruncate" -> {
                Open open = files.get(number(call, 0));
                if (open != null) {
                    open.file.resize(number(call, 1));
                    listener.changed(open.disk);
                }
            }
            case "fsync", "fdatasync" -> synced(call);
            case "rename" -> renamed(call);
            case "unlink" -> {
                Path path = path(call, 0);
                FaultyDisk disk = diskOf(path);
                if (disk != null) {
                    disk.delete(String.valueOf(path.getFileName()));
                    listener.changed(disk);
                }
            }
            default -> refuse(call);
        }
    }

    private void opened(Call call) throws IOException {
        Path path = path(call, 1);
        int number = (int) call.value();
        closed(number);
        if (disks.containsKey(path)) {
            directories.put(number, disks.get(path));
            return;
        }
        FaultyDisk disk = diskOf(path);
        String flags = call.arguments.get(2);
        if (disk == null || flags.contains("O_DIRECTORY")) {
            return;
        }
        String name = String.valueOf(path.getFileName());
        boolean there = disk.names().contains(name);
        files.put(number, new Open(disk, there ? disk.open(name) : disk.createEmpty(name)));
        if (there && flags.contains("O_TRUNC")) {
            refuse(call);
        }
        if (!there) {
            listener.changed(disk);
        }
    }

    private void closed(int number) {
        files.remove(number);
        directories.remove(number);
    }

    private void written(Call call) throws IOException {
        int number = number(call, 0);
        Open open = files.get(number);
        if (number == 1) {
            listener.said(new String(bytes(call, 1), StandardCharsets.US_ASCII));
        } else if (open != null) {
            int length = (int) call.value();
            open.file.write(open.position, bytes(call, 1), 0, length);
            open.position += length;
            listener.changed(open.disk);
        }
    }

    private void synced(Call call) throws IOException {
        int number = number(call, 0);
        Open open = files.get(number);
        FaultyDisk directory = directories.get(number);
        if (ignored.contains(call.name)) {
            return;
        }
        if (open != null) {
            open.file.sync();
            listener.changed(open.disk);
        } else if (directory != null) {
            directory.syncNames();
            listener.changed(directory);
        }
    }

    private void renamed(Call call) throws IOException {
        Path from = path(call, 0);
        Path to = path(call, 1);
        FaultyDisk disk = diskOf(from);
        if (disk != diskOf(to)) {
            refuse(call);
        }
        if (disk != null) {
            disk.rename(String.valueOf(from.getFileName()), String.valueOf(to.getFileName()));
            listener.changed(disk);
        }
    }

    /** A call that is not modelled must not touch the disks. */
    private void refuse(Call call) {
        Set<Integer> descriptors =
                switch (call.name) {
                    case "mmap" -> Set.of(4);
                    case "sendfile" -> Set.of(0, 1);
                    case "copy_file_range", "splice" -> Set.of(0, 2);
                    default -> Set.of(0);
                };
        for (int i = 0; i < call.arguments.size(); i++) {
            String argument = call.arguments.get(i);
            boolean ours =
                    argument.startsWith("\"")
                            ? diskOf(path(call, i)) != null
                            : descriptors.contains(i)
                                    && argument.matches("\\d{1,9}")
                                    && files.containsKey(number(call, i));
            if (ours) {
                throw new AssertionError("not modelled, and touches the spool's files: " + call);
            }
        }
    }

    /** The disk that a file lies on; {@code null}: it is none of the spool's. */
    private @Nullable FaultyDisk diskOf(Path file) {
        Path directory = file.getParent();
        return directory == null ? null : disks.get(directory);
    }

    private static int number(Call call, int argument) {
        return Integer.parseInt(call.arguments.get(argument));
    }

    private static Path path(Call call, int argument) {
        return Path.of(new String(bytes(call, argument), StandardCharsets.UTF_8));
    }

    /** Of an argument as {@code "\x2f\x74"}. */
    private static byte[] bytes(Call call, int argument) {
        String text = call.arguments.get(argument);
        if (!text.startsWith("\"") || !text.endsWith("\"")) {
            throw new AssertionError("cut short by strace: " + call.name + " " + text);
        }
        return HexFormat.of().parseHex(text.substring(1, text.length() - 1).replace("\\x", ""));
    }
}
