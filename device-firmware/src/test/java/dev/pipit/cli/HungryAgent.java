package dev.pipit.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An agent that takes all memory there is, once a file appears. */
public final class HungryAgent {
    private HungryAgent() {}

    public static void main(String[] args) {
        Path sign = Path.of(System.getProperty("hungry.sign", "hungry"));
        Thread eater = new Thread(() -> eat(sign), "eater");
        eater.setDaemon(true);
        eater.start();
        Main.main(args);
    }

    private static void eat(Path sign) {
        List<byte[]> eaten = new ArrayList<>();
        while (eaten.size() < 1_000_000) {
            if (Files.exists(sign)) {
                eaten.add(new byte[1 << 20]);
                continue;
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException interrupted) {
                return;
            }
        }
    }
}
