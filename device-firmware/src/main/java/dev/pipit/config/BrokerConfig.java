package dev.pipit.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the broker is and how to speak to it.
 *
 * @param urls tried in turn, at least one: {@code mqtt://host:port}
 * @param username {@code null}: none
 * @param password {@code null}: none; never printed
 * @param keepAlive 0 to 65,535 s
 */
public record BrokerConfig(
        List<URI> urls, @Nullable String username, @Nullable String password, Duration keepAlive) {
    public BrokerConfig {
        urls = List.copyOf(urls);
    }

    @Override
    public String toString() {
        return "BrokerConfig[urls="
                + urls
                + ", username="
                + username
                + ", keepAlive="
                + keepAlive
                + "]";
    }
}
