package dev.pipit.config;

import java.net.URI;
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
 */
public record BrokerConfig(
        List<URI> urls,
        @Nullable String username,
        @Nullable String password,
        Duration keepAlive,
        boolean insecure) {
    public BrokerConfig {
        urls = List.copyOf(urls);
    }

    /** A broker without credentials, reached as {@code url} says. */
    public static BrokerConfig at(URI url) {
        return new BrokerConfig(List.of(url), null, null, Duration.ofSeconds(60), false);
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
                + "]";
    }
}
