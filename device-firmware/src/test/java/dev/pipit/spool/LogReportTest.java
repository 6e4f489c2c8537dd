package dev.pipit.spool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogReportTest {
    private static final SpoolOptions OPTIONS =
            new SpoolOptions(4, 3, 4, 0, 1_000, 1_000, 1_000, DropPolicy.OLDEST);

    @TempDir Path folder;

    private Spool open() {
        return Spool.open(
                OPTIONS,
                DirectoryDisk.inMemory(folder.resolve("ring")),
                DirectoryDisk.inMemory(folder.resolve("drafts")),
                DirectoryDisk.onCard(folder.resolve("card")),
                DirectoryDisk.onCard(folder.resolve("synced")));
    }

    private List<String> contents() throws IOException {
        List<String> contents = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                contents.add(file + " " + java.util.Arrays.hashCode(Files.readAllBytes(file)));
            }
        }
        return contents;
    }

    @Test
    void whatWaitsIsCountedWhileTheSpoolIsInUseAndNothingChanges() throws IOException {
        Spool spool = open();
        for (int i = 0; i < 10; i++) {
            spool.append(Durability.DURABLE, 1_000 + i, new byte[50], 0, 50);
        }
        spool.append(Durability.SYNCED, 2_000, new byte[5], 0, 5);
        spool.draft(3_000, new byte[5], 0, 5);
        List<String> before = contents();
        List<LogReport> reports = LogReport.in(folder);
        assertThat(contents()).isEqualTo(before);
        assertThat(reports)
                .extracting(report -> report.directory().getFileName() + " " + report.records())
                .containsExactly("card 0", "drafts 1", "ring 10", "synced 1");
        LogReport ring = reports.get(2);
        assertThat(ring.oldestStamp()).isEqualTo(1_000);
        assertThat(ring.newestStamp()).isEqualTo(1_009);
        assertThat(ring.payloadBytes()).isEqualTo(500);
        assertThat(ring.badRecords()).isZero();
        assertThat(ring.clean()).isFalse();
        assertThat(reports.get(1).drafts()).isTrue();
        spool.close();
        assertThat(LogReport.in(folder)).allMatch(LogReport::clean);
    }

    @Test
    void damageAndGapsAreTold() throws IOException {
        Spool spool = open();
        for (int i = 0; i < 3_000; i++) {
            spool.append(Durability.SYNCED, i, new byte[100], 0, 100);
        }
        spool.close();
        assertThat(LogReport.in(folder.resolve("synced")))
                .singleElement()
                .satisfies(report -> {
                    assertThat(report.gaps())
                            .extracting(Gap::reason)
                            .containsExactly(Gap.Reason.DROPPED);
                    assertThat(report.badRecords()).isZero();
                });
        Path segment;
        try (Stream<Path> files = Files.list(folder.resolve("synced"))) {
            segment =
                    files.filter(file -> file.toString().contains("live-"))
                            .sorted()
                            .findFirst()
                            .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(segment);
        bytes[500] ^= 1;
        Files.write(segment, bytes);
        assertThat(LogReport.in(folder.resolve("synced")))
                .singleElement()
                .extracting(LogReport::badRecords)
                .isEqualTo(1L);
    }
}
