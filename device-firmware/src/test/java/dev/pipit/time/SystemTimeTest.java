package dev.pipit.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemTimeTest {
    private static final long LATER = SystemTime.BUILT_MS + 1;

    @TempDir Path root;

    private boolean synchronisedAt(long wallMs) {
        return new SystemTime(root, () -> wallMs).synchronised();
    }

    @Test
    void aDateBeforeThisSoftwareWasMadeIsNone() {
        assertThat(synchronisedAt(0)).isFalse();
        assertThat(synchronisedAt(SystemTime.BUILT_MS - 1)).isFalse();
        assertThat(synchronisedAt(SystemTime.BUILT_MS)).isTrue();
    }

    @Test
    void whereTimesyncdRunsTheClockCountsOnceItHasSetIt() throws IOException {
        Path timesync = Files.createDirectories(root.resolve("run/systemd/timesync"));
        assertThat(synchronisedAt(LATER)).isFalse();
        Files.createFile(timesync.resolve("synchronized"));
        assertThat(synchronisedAt(LATER)).isTrue();
        assertThat(synchronisedAt(0)).isFalse();
    }

    @Test
    void aClockWithABatteryCountsAtOnce() throws IOException {
        Files.createDirectories(root.resolve("run/systemd/timesync"));
        Path battery = Files.createDirectories(root.resolve("sys/class/rtc/rtc0"));
        Files.writeString(battery.resolve("hctosys"), "0\n");
        assertThat(synchronisedAt(LATER)).isFalse();
        Files.writeString(battery.resolve("hctosys"), "1\n");
        assertThat(synchronisedAt(LATER)).isTrue();
    }
}
