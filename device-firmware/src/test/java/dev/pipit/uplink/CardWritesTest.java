package dev.pipit.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a day costs the card, counted by the block layer of a loop device with ext4 on it: one
 * reading a second. The day passes in virtual time, so the file system's own five-second commits
 * are fewer than on a device; every write and sync of pipit's own is there. Needs root.
 */
@Tag("real")
class CardWritesTest extends RecorderHarness {
    private static final int DAY = 86_400;

    private Path mounted = Path.of("");
    private Path loop = Path.of("");

    @Override
    Path place() throws Exception {
        Path image = folder.resolve("card.img");
        mounted = Files.createDirectory(folder.resolve("mounted"));
        run("truncate", "-s", "96M", image.toString());
        run("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0", image.toString());
        run("mount", "-o", "loop,noatime", image.toString(), mounted.toString());
        String device = run("losetup", "-n", "-O", "NAME", "-j", image.toString()).strip();
        loop = Path.of("/sys/block").resolve(Path.of(device).getFileName()).resolve("stat");
        return mounted.resolve("home");
    }

    @AfterEach
    void unmount() throws Exception {
        recorder.close();
        run("rm", "-r", String.valueOf(ring));
        run("umount", "-l", mounted.toString());
    }

    private long written() throws Exception {
        run("sync", "-f", mounted.toString());
        String[] fields = Files.readString(loop).strip().split("\\s+");
        return 512 * Long.parseLong(fields[6]);
    }

    /** The ring lies in memory, as on a device. */
    private void reopenWithRingInMemory() throws Exception {
        recorder.close();
        ring = Files.createTempDirectory(Path.of("/dev/shm"), "pipit-test");
        open();
    }

    @Test
    void aDayOnlineWritesAtMostOneMegabyte() throws Exception {
        reopenWithRingInMemory();
        recorder.connected();
        seconds(120);
        long before = written();
        seconds(DAY);
        long bytes = written() - before;
        System.out.println("written in a day online: " + bytes + " bytes");
        assertThat(recorder.health().backlog()).isLessThan(3);
        assertThat(bytes).isLessThanOrEqualTo(1_000_000);
    }

    @Test
    void aDayOfflineWritesAtMostTenMegabytes() throws Exception {
        reopenWithRingInMemory();
        seconds(120);
        long before = written();
        seconds(DAY);
        long bytes = written() - before;
        System.out.println("written in a day offline: " + bytes + " bytes");
        assertThat(recorder.health().backlog()).isEqualTo((DAY + 120) / 60);
        assertThat(bytes).isLessThanOrEqualTo(10_000_000);
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " (needs root): " + said);
        }
        return said;
    }
}
