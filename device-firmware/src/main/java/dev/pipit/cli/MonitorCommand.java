package dev.pipit.cli;

import dev.pipit.monitor.DeviceFeed;
import dev.pipit.monitor.ReceivedReading;
import dev.pipit.monitor.Viewer;
import dev.pipit.mqtt.Connected;
import dev.pipit.mqtt.Disconnected;
import dev.pipit.mqtt.MqttClient;
import dev.pipit.mqtt.MqttListener;
import dev.pipit.mqtt.packet.InboundPublish;
import java.io.PrintWriter;
import java.net.URI;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pipit monitor [URL]}. */
@Command(
        name = "monitor",
        mixinStandardHelpOptions = true,
        header = "Shows what devices publish, decoded from their retained schemas.",
        description = {
            "On a terminal a table of the newest readings, states and alarms; otherwise, and with"
                    + " --lines, a line for each.",
            "With --json one JSON object a line for each reading, from the live topics and from the"
                    + " record."
        })
final class MonitorCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "URL",
            description = "The broker; the same as --broker.")
    @Nullable URI url;

    @Mixin BrokerOptions broker;

    @Option(names = "--json", description = "For machines: readings as JSON lines.")
    boolean json;

    @Option(names = "--lines", description = "Lines instead of a table.")
    boolean lines;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "End by itself after N seconds. Usually: never.")
    @Nullable Long seconds;

    @Option(
            names = "--count",
            paramLabel = "N",
            description = "End after N readings. Usually: never.")
    @Nullable Long count;

    @Option(names = "--device", paramLabel = "ID", description = "This device only.")
    @Nullable String device;

    @Spec CommandSpec spec;

    private final CountDownLatch done = new CountDownLatch(1);

    @Override
    public Integer call() throws InterruptedException {
        if (url != null) {
            broker.url = url;
        }
        PrintWriter out = spec.commandLine().getOut();
        Viewer view =
                json
                        ? new JsonLines(out)
                        : lines || !Boolean.getBoolean("pipit.terminal")
                                ? new ReadingLines(out)
                                : new LiveTable(out);
        DeviceFeed feed = new DeviceFeed(broker.root, new Chosen(view));
        try (MqttClient client =
                broker.client("monitor")
                        .listener(new Listening(feed))
                        .maximumPacketSize(256 * 1024)
                        .build()) {
            feed.subscribe(client);
            client.start();
            if (seconds == null) {
                done.await();
            } else if (!done.await(seconds, TimeUnit.SECONDS) && count != null) {
                spec.commandLine()
                        .getErr()
                        .printf("fewer than %d readings within %d s%n", count, seconds);
                return ExitCode.NO_ANSWER;
            }
        }
        return ExitCode.DONE;
    }

    /** Hands messages to the feed and says in words when there is no broker. */
    private final class Listening implements MqttListener {
        private final DeviceFeed feed;

        Listening(DeviceFeed feed) {
            this.feed = feed;
        }

        @Override
        public void message(InboundPublish message) {
            feed.message(message);
        }

        @Override
        public void connected(Connected connection) {
            spec.commandLine().getErr().println("connected to " + connection.url());
        }

        @Override
        public void disconnected(Disconnected cause) {
            if (cause.retryIn() != null) {
                spec.commandLine()
                        .getErr()
                        .println(
                                "no connection to "
                                        + broker.url
                                        + ": "
                                        + cause.reason()
                                        + "; trying again");
            }
        }
    }

    /** Lets one device through, or all, and counts readings. */
    private final class Chosen implements Viewer {
        private final Viewer view;
        private long readings;

        Chosen(Viewer view) {
            this.view = view;
        }

        private boolean wanted(String name) {
            return (device == null || device.equals(name)) && done.getCount() > 0;
        }

        @Override
        public void reading(ReceivedReading reading) {
            if (wanted(reading.device())) {
                view.reading(reading);
                readings++;
                if (count != null && readings >= count) {
                    done.countDown();
                }
            }
        }

        @Override
        public void status(String name, boolean online) {
            if (wanted(name)) {
                view.status(name, online);
            }
        }

        @Override
        public void state(String name, String actuator, String value) {
            if (wanted(name)) {
                view.state(name, actuator, value);
            }
        }

        @Override
        public void event(String name, String input, String payload) {
            if (wanted(name)) {
                view.event(name, input, payload);
            }
        }

        @Override
        public void alarm(String name, String id, String payload) {
            if (wanted(name)) {
                view.alarm(name, id, payload);
            }
        }

        @Override
        public void response(String name, String payload) {
            if (wanted(name)) {
                view.response(name, payload);
            }
        }

        @Override
        public void gap(String name, String payload) {
            if (wanted(name)) {
                view.gap(name, payload);
            }
        }

        @Override
        public void health(String name, String payload) {
            if (wanted(name)) {
                view.health(name, payload);
            }
        }

        @Override
        public void undecodable(String name, String topic, String why) {
            if (wanted(name)) {
                view.undecodable(name, topic, why);
            }
        }
    }

    /** Readings for machines. */
    private static final class JsonLines implements Viewer {
        private final PrintWriter out;

        JsonLines(PrintWriter out) {
            this.out = out;
        }

        @Override
        public void reading(ReceivedReading reading) {
            out.println(reading.toJson());
        }
    }
}
