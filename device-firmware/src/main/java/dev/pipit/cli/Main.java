package dev.pipit.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code pipit}: every command, its help and its exit codes. */
@Command(
        name = "pipit",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        header = "A Raspberry Pi with sensors and actuators as an MQTT device.",
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExit codes:%n",
        footer = {
            "  0   done                              65  what came in cannot be decoded",
            "  1   the device refused the command    69  no broker, device or Java is to be had",
            "  2   the command line is wrong         70  a defect in pipit: please report it",
            "  75  no answer in time                 78  the configuration is wrong",
            "",
            "Try it without a Raspberry Pi:  deploy/demo"
        },
        subcommands = {
            RunCommand.class,
            CheckCommand.class,
            ScanCommand.class,
            MonitorCommand.class,
            SpoolCommand.class,
            SendCommand.class,
            KeygenCommand.class,
            AuditCommand.class,
            SafeCommand.class,
            DecodeCommand.class,
            EncodeCommand.class,
            CommandLine.HelpCommand.class
        })
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        if (arguments.length == 0 || !arguments[0].equals("run")) {
            // Only the agent tells its story; what the others print is their result.
            System.setProperty("tinylog.level", "warn");
            System.setProperty("tinylog.writer.stream", "err");
        }
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        CommandLine command =
                new CommandLine(new Main())
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .setUsageHelpAutoWidth(true)
                        .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
                        .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
                        .setExecutionExceptionHandler((failure, line, parsed) -> {
                            if (failure instanceof CannotGoOn stop) {
                                line.getErr().println(stop.getMessage());
                                return stop.exitCode();
                            }
                            line.getErr().println("pipit: an unexpected failure:");
                            failure.printStackTrace(line.getErr());
                            return ExitCode.DEFECT;
                        });
        if (arguments.length == 0) {
            command.usage(command.getOut());
            return ExitCode.USAGE;
        }
        return command.execute(arguments);
    }
}
