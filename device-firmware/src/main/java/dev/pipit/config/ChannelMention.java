package dev.pipit.config;

import dev.pipit.config.YamlNode.Place;
import java.nio.file.Path;

/**
 * Where a rule or a requirement names what a sensor measures. Which channels there are only the
 * driver knows.
 *
 * @param place {@code file:line:column}
 * @param path the key, as messages name it: {@code rules.hot.when}
 * @param sensor one that the configuration has
 * @param channel what of it
 */
public record ChannelMention(String place, String path, String sensor, String channel) {
    /**
     * @param named {@code sensor.channel}
     */
    static ChannelMention of(Path file, Place place, String path, String named) {
        int dot = named.indexOf('.');
        return new ChannelMention(
                file + ":" + place.line() + ":" + place.column(),
                path,
                named.substring(0, dot),
                named.substring(dot + 1));
    }
}
