package dev.pipit.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Checks the address of a broker. */
final class BrokerUrl {
    private static final List<String> SCHEMES = List.of("mqtt", "mqtts", "ws", "wss");

    private BrokerUrl() {}

    /**
     * @throws IllegalArgumentException whose message is the rest of a sentence, without the URL's
     *     own text: it may hold a password
     */
    static URI parse(String text, boolean insecure) {
        URI url;
        try {
            url = new URI(text.strip());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "is not a URL ("
                            + e.getReason()
                            + " at character "
                            + (e.getIndex() + 1)
                            + "): expected "
                            + "mqtt://HOST:PORT",
                    e);
        }
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        if (!SCHEMES.contains(scheme) || url.isOpaque()) {
            throw new IllegalArgumentException(schemeMessage(scheme, url));
        }
        String authority = url.getRawAuthority();
        if (authority != null && authority.contains("@")) {
            throw new IllegalArgumentException(
                    "contains a user name or password, which would end up in logs: write 'username:' and"
                            + " 'password-file:' beside it");
        }
        if (url.getHost() == null) {
            throw new IllegalArgumentException(
                    "names no valid host: expected "
                            + scheme
                            + "://HOST:PORT (letters, digits, hyphens, dots;"
                            + " IPv6 in brackets)");
        }
        if (url.getPort() == 0 || url.getPort() > 65_535) {
            throw new IllegalArgumentException(
                    "has port " + url.getPort() + ": expected 1 to 65535");
        }
        if (url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "has a '?' or '#' part: expected " + scheme + "://HOST:PORT");
        }
        boolean path = url.getRawPath() != null && url.getRawPath().length() > 1;
        if (path && scheme.startsWith("mqtt")) {
            throw new IllegalArgumentException(
                    "has a path: expected "
                            + scheme
                            + "://HOST:PORT; topics start with 'device.root'");
        }
        if (!encrypted(url) && !insecure && !loopback(url.getHost())) {
            throw new IllegalArgumentException(
                    "is not encrypted and leaves this machine: use "
                            + (scheme.equals("ws") ? "wss" : "mqtts")
                            + ", or write 'insecure: true' beside it if the network is trusted");
        }
        return url;
    }

    private static String schemeMessage(String scheme, URI url) {
        String given =
                scheme.isEmpty()
                        ? "has no scheme"
                        : "has the scheme '" + Messages.shortened(scheme) + "'";
        String hint =
                switch (scheme) {
                    case "tcp" -> "; did you mean 'mqtt'?";
                    case "ssl", "tls", "https" -> "; did you mean 'mqtts'?";
                    case "http" -> "; did you mean 'ws'?";
                    case "" -> "; did you mean 'mqtt://" + Messages.shortened(bare(url)) + "'?";
                    default ->
                            url.isOpaque() && SCHEMES.contains(scheme)
                                    ? "; did you mean '" + scheme + "://...'?"
                                    : Messages.didYouMean(scheme, SCHEMES);
                };
        return given
                + ": expected one of "
                + String.join(", ", SCHEMES)
                + " followed by ://HOST:PORT"
                + hint;
    }

    private static @Nullable String bareHost(URI url) {
        String text = url.toString();
        return text.contains("@") ? null : text.replaceFirst("^/+", "");
    }

    private static String bare(URI url) {
        String host = bareHost(url);
        return host == null ? "HOST:PORT" : host;
    }

    static boolean encrypted(URI url) {
        String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
        return scheme.equals("mqtts") || scheme.equals("wss");
    }

    /** Whether a host is this machine, by its text alone: no name is looked up here. */
    static boolean loopback(String host) {
        return host.equalsIgnoreCase("localhost")
                || host.equals("[::1]")
                || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
    }
}
