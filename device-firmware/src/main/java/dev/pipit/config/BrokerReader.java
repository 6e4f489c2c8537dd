package dev.pipit.config;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the broker is and who the device is there, from keys that hang together. */
final class BrokerReader {
    private final Path file;

    /**
     * @param file the configuration: other files are named relative to it
     */
    BrokerReader(Path file) {
        this.file = file;
    }

    /** The broker, or {@code null} after a mistake was noted. */
    @Nullable BrokerConfig broker(Fields fields) {
        if (fields.has("keep-alive") && fields.whole("keep-alive") % 1000 != 0) {
            fields.wrong(
                    "keep-alive",
                    "is not a whole number of seconds, which is all that MQTT can say");
        }
        if (fields.has("password-file") && !fields.has("username")) {
            fields.wrong(
                    "password-file", "stands without 'username': MQTT sends both or none; add one");
        }
        if (fields.has("certificate-file") != fields.has("key-file")) {
            String alone = fields.has("key-file") ? "key-file" : "certificate-file";
            fields.wrong(
                    alone,
                    "stands alone: 'certificate-file' and 'key-file' belong together; add the"
                            + " other");
        }
        Path ca = readable(fields, "ca-file");
        Path certificate = readable(fields, "certificate-file");
        Path key = readable(fields, "key-file");
        List<URI> urls = urls(fields, fields.has("insecure") && fields.flag("insecure"));
        String password = password(fields);
        if (!fields.complete()) {
            return null;
        }
        return new BrokerConfig(
                urls,
                fields.textOrNull("username"),
                password,
                fields.duration("keep-alive"),
                fields.flag("insecure"),
                fields.text("version"),
                ca,
                certificate,
                key);
    }

    /** A file that a key names, relative to the configuration; {@code null}: none is named. */
    private @Nullable Path readable(Fields fields, String key) {
        if (!fields.has(key)) {
            return null;
        }
        Path path = file.toAbsolutePath().resolveSibling(fields.text(key));
        if (!Files.isReadable(path)) {
            fields.wrong(
                    key, "names " + path + ", which cannot be read: check the path and its owner");
        }
        return path;
    }

    private static List<URI> urls(Fields fields, boolean insecure) {
        List<URI> urls = new ArrayList<>();
        if (fields.written("url") && fields.written("urls")) {
            fields.wrong("urls", "stands beside 'url': write one of them");
        } else if (!fields.written("url") && !fields.written("urls") && fields.complete()) {
            fields.wrong(
                    fields.placeOf("url"),
                    "broker has no 'url': where the broker is, for example 'url:"
                            + " \"mqtt://127.0.0.1:1883\"'");
        }
        List<Fields.Item> items = new ArrayList<>(fields.items("urls"));
        if (fields.written("url")) {
            items.addFirst(new Fields.Item(fields.text("url"), fields.placeOf("url")));
        }
        for (Fields.Item item : items) {
            try {
                urls.add(BrokerUrl.parse((String) item.value(), insecure));
            } catch (IllegalArgumentException e) {
                fields.wrong(item.place(), "broker.url " + e.getMessage());
            }
        }
        return urls;
    }

    private @Nullable String password(Fields fields) {
        if (!fields.written("password-file")) {
            return null;
        }
        Path beside = file.toAbsolutePath().resolveSibling(fields.text("password-file"));
        try {
            return PasswordFile.read(beside);
        } catch (IllegalArgumentException e) {
            fields.wrong(
                    "password-file", e.getMessage() == null ? "cannot be read" : e.getMessage());
            return null;
        }
    }
}
