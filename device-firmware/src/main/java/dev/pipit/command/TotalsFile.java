package dev.pipit.command;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tinylog.Logger;

/**
 * Totals of pulse counters over restarts. The whole file is written anew beside the old one and
 * takes its place in one step, so that a power cut leaves the one or the other.
 *
 * <pre>
 *   pipit-totals 1
 *   water 48231 1795348800000     name, pulses, since when (ms since the epoch; 0: not known)
 *   end 1                         how many lines stand between
 * </pre>
 */
public final class TotalsFile {
    private static final String HEAD = "pipit-totals 1";

    /**
     * @param pulses counted since
     * @param sinceEpochMs when counting began; 0: no clock knew
     */
    public record Total(long pulses, long sinceEpochMs) {}

    private final Path file;

    public TotalsFile(Path file) {
        this.file = file;
    }

    /**
     * What was written last; nothing where there is no file. One that is damaged is put aside as
     * {@code .damaged} and counting begins anew.
     */
    public Map<String, Total> read() throws IOException {
        if (!Files.exists(file)) {
            return Map.of();
        }
        try {
            return parse(Files.readAllLines(file));
        } catch (IllegalArgumentException | java.nio.charset.CharacterCodingException damaged) {
            Path aside = file.resolveSibling(file.getFileName() + ".damaged");
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
            Logger.error(
                    "totals of counters: {}: {}; put aside as {}, counting begins anew",
                    file,
                    damaged.getMessage(),
                    aside);
            return Map.of();
        }
    }

    private static Map<String, Total> parse(List<String> lines) {
        int last = lines.size() - 1;
        if (last < 1
                || !lines.getFirst().equals(HEAD)
                || !lines.getLast().equals("end " + (last - 1))) {
            throw new IllegalArgumentException("not whole");
        }
        Map<String, Total> totals = new LinkedHashMap<>();
        for (String line : lines.subList(1, last)) {
            String[] words = line.split(" ", -1);
            if (words.length != 3) {
                throw new IllegalArgumentException("line '" + line + "'");
            }
            Total total = new Total(Long.parseLong(words[1]), Long.parseLong(words[2]));
            if (total.pulses() < 0) {
                throw new IllegalArgumentException("line '" + line + "'");
            }
            totals.put(words[0], total);
        }
        return totals;
    }

    /** Puts all totals on the card; returns when they are there. */
    public void write(Map<String, Total> totals) throws IOException {
        StringBuilder text = new StringBuilder(HEAD).append('\n');
        totals.forEach((name, total) ->
                text.append(name)
                        .append(' ')
                        .append(total.pulses())
                        .append(' ')
                        .append(total.sinceEpochMs())
                        .append('\n'));
        text.append("end ").append(totals.size()).append('\n');
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel =
                FileChannel.open(
                        beside,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory =
                FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
