package dev.pipit.cli;

import dev.pipit.mqtt.MqttClient;
import dev.pipit.mqtt.MqttClientBuilder;
import dev.pipit.mqtt.MqttVersion;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the commands that talk to a device find its broker. */
final class BrokerOptions {
    static final String USUAL = "mqtt://127.0.0.1:1883";

    @Option(
            names = {"-b", "--broker"},
            paramLabel = "URL",
            description = "The broker, mqtt://HOST[:1883]. Usually ${DEFAULT-VALUE}.",
            defaultValue = USUAL)
    URI url;

    @Option(names = "--username", paramLabel = "NAME", description = "User name at the broker.")
    @Nullable String username;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "File whose first line is the password.")
    @Nullable Path passwordFile;

    @Option(
            names = "--mqtt",
            paramLabel = "VERSION",
            description = "3.1, 3.1.1, 5 or auto. Usually ${DEFAULT-VALUE}.",
            defaultValue = "auto")
    String version;

    @Option(
            names = "--root",
            paramLabel = "TOPIC",
            description = "First level of every topic. Usually ${DEFAULT-VALUE}.",
            defaultValue = "pipit")
    String root;

    /** A client that stands beside any other: its identifier is drawn at random. */
    MqttClientBuilder client(String purpose) {
        byte[] random = new byte[4];
        new SecureRandom().nextBytes(random);
        try {
            return MqttClient.builder()
                    .url(url)
                    .clientId("pipit-" + purpose + "-" + HexFormat.of().formatHex(random))
                    .version(version())
                    .username(username)
                    .password(password())
                    .sessionExpiry(java.time.Duration.ZERO);
        } catch (IllegalArgumentException wrong) {
            throw new CannotGoOn(ExitCode.USAGE, String.valueOf(wrong.getMessage()));
        }
    }

    private MqttVersion version() {
        return switch (version) {
            case "3.1" -> MqttVersion.V3_1;
            case "3.1.1" -> MqttVersion.V3_1_1;
            case "5" -> MqttVersion.V5;
            case "auto" -> MqttVersion.AUTO;
            default ->
                    throw new CannotGoOn(
                            ExitCode.USAGE,
                            "--mqtt " + version + ": expected 3.1, 3.1.1, 5 or auto");
        };
    }

    private @Nullable String password() {
        if (passwordFile == null) {
            return null;
        }
        try {
            return Files.readAllLines(passwordFile).getFirst();
        } catch (IOException | RuntimeException unreadable) {
            throw new CannotGoOn(
                    ExitCode.USAGE,
                    "cannot read the password from " + passwordFile + ": " + unreadable);
        }
    }
}
