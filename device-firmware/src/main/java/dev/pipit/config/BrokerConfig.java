package dev.pipit.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the broker is and how to speak to it.
 *
 * @param urls tried in turn, at least one: {@code mqtt://host:port}, with {@code mqtts}, {@code ws}
 *     or {@code wss} alike; without user information
 * @param username {@code null}: none
 * @param password {@code null}: none; never printed
 * @param keepAlive 0 (none) to 65,535 s
 * @param insecure whether the user allowed plain connections to other machines
 * @param version {@code auto}, {@code 3.1}, {@code 3.1.1} or {@code 5}
 * @param ca PEM file with the authorities to trust; {@code null}: those that Java trusts
 * @param certificate PEM file with this device's certificate; {@code null}: none
 * @param key PEM file with its private key; {@code null} together with {@code certificate}
 */
public record BrokerConfig(
        List<URI> urls,
        @Nullable String username,
        @Nullable String password,
        Duration keepAlive,
        boolean insecure,
        String version,
        @Nullable Path ca,
        @Nullable Path certificate,
        @Nullable Path key) {
    public BrokerConfig {
        urls = List.copyOf(urls);
    }

    /** A broker without credentials, reached as {@code url} says. */
    public static BrokerConfig at(URI url) {
        return new BrokerConfig(
                List.of(url), null, null, Duration.ofSeconds(60), false, "auto", null, null, null);
    }

    /** The same, at another place. */
    public BrokerConfig movedTo(URI url) {
        return new BrokerConfig(
                List.of(url),
                username,
                password,
                keepAlive,
                insecure,
                version,
                ca,
                certificate,
                key);
    }

    @Override
    public String toString() {
        return "BrokerConfig[urls="
                + urls
                + ", username="
                + username
                + ", password="
                + (password == null ? "none" : "***")
                + ", keepAlive="
                + keepAlive
                + ", insecure="
                + insecure
                + ", version="
                + version
                + "]";
    }
}
