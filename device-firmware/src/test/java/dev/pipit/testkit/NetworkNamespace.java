package dev.pipit.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network of its own at the other end of a cable, whose packets can be made to vanish without a
 * word: sending succeeds and nothing arrives, as behind a router that died. Linux, {@code ip} and
 * {@code nft}, as root or with {@code sudo} that asks nothing; fails without.
 */
public final class NetworkNamespace implements AutoCloseable {
    /** A deleted namespace's cable lives on for a moment: no name is used twice. */
    private static final AtomicInteger OPENED = new AtomicInteger();

    private final String name;
    private final String near;
    private final String address;

    private NetworkNamespace(String name, String near, String address) {
        this.name = name;
        this.near = near;
        this.address = address;
    }

    /**
     * @param number 0 to 255, part of its address
     */
    public static NetworkNamespace open(int number) throws IOException {
        // At most 15 characters, as an interface's name: seven of the process, four of the count.
        String own =
                Long.toString(ProcessHandle.current().pid(), 36)
                        + "-"
                        + Integer.toString(OPENED.incrementAndGet(), 36);
        String address = "10.231." + number + ".2";
        NetworkNamespace namespace = new NetworkNamespace("pipit-" + own, "pn" + own, address);
        try {
            namespace.connect("10.231." + number + ".1");
        } catch (IOException e) {
            try {
                namespace.close();
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
        return namespace;
    }

    private void connect(String nearAddress) throws IOException {
        run("ip", "netns", "add", name);
        run("ip", "link", "add", near, "type", "veth", "peer", "name", "far", "netns", name);
        run("ip", "addr", "add", nearAddress + "/30", "dev", near);
        run("ip", "link", "set", near, "up");
        run("ip", "-n", name, "addr", "add", address + "/30", "dev", "far");
        run("ip", "-n", name, "link", "set", "far", "up");
        run("ip", "-n", name, "link", "set", "lo", "up");
    }

    /** Where what listens inside is reached from here. */
    public String address() {
        return address;
    }

    /** Starts a program inside. */
    public Process start(String... command) throws IOException {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
        all.addAll(List.of(command));
        return new ProcessBuilder(asRoot(all))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** From now on nothing gets in or out. */
    public void swallow() throws IOException {
        nft("add", "table", "ip", "hole");
        nft(
                "add",
                "chain",
                "ip",
                "hole",
                "in",
                "{ type filter hook input priority 0; policy drop; }");
        nft(
                "add",
                "chain",
                "ip",
                "hole",
                "out",
                "{ type filter hook output priority 0; policy drop; }");
    }

    public void heal() throws IOException {
        nft("delete", "table", "ip", "hole");
    }

    private void nft(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name, "nft"));
        all.addAll(List.of(arguments));
        run(all.toArray(String[]::new));
    }

    /**
     * The cable goes first and by name: with the namespace it would go later, when the kernel finds
     * the time, and its address would answer for the next one's.
     */
    @Override
    public void close() throws IOException {
        try {
            run("ip", "link", "delete", near);
        } finally {
            run("ip", "netns", "delete", name);
        }
    }

    private static List<String> asRoot(List<String> command) {
        if (System.getProperty("user.name").equals("root")) {
            return command;
        }
        List<String> all = new ArrayList<>(List.of("sudo", "-n"));
        all.addAll(command);
        return all;
    }

    private static void run(String... command) throws IOException {
        Process process =
                new ProcessBuilder(asRoot(List.of(command))).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        boolean ended;
        try {
            ended = process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ended = false;
        }
        if (!ended || process.exitValue() != 0) {
            throw new IOException(
                    String.join(" ", command)
                            + ": "
                            + said
                            + " (needs root, and apt install iproute2 nftables)");
        }
    }
}
