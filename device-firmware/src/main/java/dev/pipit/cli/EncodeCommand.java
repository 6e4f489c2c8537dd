package dev.pipit.cli;

import dev.pipit.telemetry.FrameLines;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code pipit encode}. */
@Command(
        name = "encode",
        mixinStandardHelpOptions = true,
        header = "Encodes readings as dense frames, line by line.",
        description = {
            "Reads lines  {\"schema\":\"...\",\"rows\":[...]}",
            "and writes   {\"frame\":\"hex\"}",
            "with integers as they travel. A line that cannot be read becomes {\"error\":\"...\"}, and"
                    + " the command ends with 1."
        })
final class EncodeCommand implements Callable<Integer> {
    @Spec CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        FrameLines frames = new FrameLines();
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (!line.isBlank()) {
                out.println(frames.encode(line));
            }
        }
        return frames.failed() ? ExitCode.REFUSED : ExitCode.DONE;
    }
}
