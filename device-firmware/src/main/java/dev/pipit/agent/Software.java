package dev.pipit.agent;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** Which pipit this is, as the build wrote it. */
public final class Software {
    /** {@code 0.1.0}; {@code unknown} where the resource is missing. */
    public static final String VERSION = read();

    private Software() {}

    private static String read() {
        try (InputStream resource = Software.class.getResourceAsStream("software.properties")) {
            if (resource == null) {
                return "unknown";
            }
            Properties properties = new Properties();
            properties.load(resource);
            return properties.getProperty("version", "unknown");
        } catch (IOException unreadable) {
            return "unknown";
        }
    }
}
