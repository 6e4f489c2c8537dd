package dev.pipit.uplink;

import dev.pipit.driver.SensorDriver;
import dev.pipit.json.JsonWriter;
import dev.pipit.telemetry.Reading;
import dev.pipit.time.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/**
 * How the process and its machine are, for the {@code health} message of each minute. What cannot
 * be told is left out.
 */
public final class Diagnostics {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";
    private static final long WARN_DAYS = 30;
    private static final long DAY_NS = Duration.ofDays(1).toNanos();

    private static final int CPU_TEMPERATURE = 0;
    private static final int THROTTLED = 1;
    private static final int DISK_FREE = 3;
    private static final int MEMORY_AVAILABLE = 4;

    private final TimeSource time;
    private final SensorDriver machine;
    private final Reading reading;
    private final @Nullable Path certificate;
    private final Consumer<String> warning;
    private final long startedNs;
    private long warnedNs;

    /**
     * @param machine the driver {@code health}
     * @param certificate PEM file with this device's certificate; {@code null}: it has none
     */
    public Diagnostics(TimeSource time, SensorDriver machine, @Nullable Path certificate) {
        this(time, machine, certificate, Logger::warn);
    }

    /** As above, with somebody else who is warned. */
    Diagnostics(
            TimeSource time,
            SensorDriver machine,
            @Nullable Path certificate,
            Consumer<String> warning) {
        this.warning = warning;
        this.time = time;
        this.machine = machine;
        this.reading = new Reading(machine.channels().size());
        this.certificate = certificate;
        this.startedNs = time.monotonicNs();
        this.warnedNs = startedNs - DAY_NS;
    }

    /** Members of an open object. */
    void write(JsonWriter json) {
        json.key("uptime").value((time.monotonicNs() - startedNs) / 1_000_000_000);
        reading.clear();
        machine.read(reading);
        json.key("cpu").object();
        number(json, "temperature", CPU_TEMPERATURE);
        number(json, "throttled", THROTTLED);
        json.end().key("memory").object();
        Runtime runtime = Runtime.getRuntime();
        json.key("heap").value(runtime.totalMemory() - runtime.freeMemory());
        long resident = resident();
        if (resident > 0) {
            json.key("resident").value(resident);
        }
        number(json, "available", MEMORY_AVAILABLE);
        json.end().key("disk").object();
        number(json, "free", DISK_FREE);
        json.end();
        Path file = certificate;
        if (file != null && time.synchronised()) {
            certificate(json, file);
        }
    }

    private void number(JsonWriter json, String key, int channel) {
        if (reading.present(channel)) {
            BigDecimal resolution = machine.channels().get(channel).resolution();
            json.key(key).value(resolution.multiply(BigDecimal.valueOf(reading.value(channel))));
        }
    }

    /** Bytes of this process in memory; 0: unknown. */
    private static long resident() {
        try {
            for (String line : Files.readString(STATUS, StandardCharsets.ISO_8859_1).split("\n")) {
                if (line.startsWith(RESIDENT)) {
                    return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
        } catch (IOException | NumberFormatException unknown) {
            Logger.debug("{}: {}", STATUS, unknown.getMessage());
        }
        return 0;
    }

    private void certificate(JsonWriter json, Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            X509Certificate own =
                    (X509Certificate)
                            CertificateFactory.getInstance("X.509").generateCertificate(in);
            Instant end = own.getNotAfter().toInstant();
            long days =
                    Math.floorDiv(
                            end.toEpochMilli() - time.wallMs(), Duration.ofDays(1).toMillis());
            json.key("certificate").object().key("days").value(days).end();
            if (days < 0) {
                warnDaily("this device's certificate, " + file + ", has ended");
            } else if (days < WARN_DAYS) {
                warnDaily("this device's certificate, " + file + ", ends in " + days + " days");
            }
        } catch (IOException | CertificateException unreadable) {
            warnDaily("this device's certificate cannot be read: " + unreadable);
        }
    }

    private void warnDaily(String text) {
        if (time.monotonicNs() - warnedNs >= DAY_NS) {
            warnedNs = time.monotonicNs();
            warning.accept(text);
        }
    }
}
