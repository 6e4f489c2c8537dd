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

/** {@code pipit decode}. */
@Command(
        name = "decode",
        mixinStandardHelpOptions = true,
        header = "Decodes frames with their schemas, line by line.",
        description = {
            "Reads lines  {\"schema\":\"...\",\"frame\":\"hex\"}",
            "and writes   {\"rows\":[[time,[value or {\"missing\":n}, ...]], ...]}",
            "with integers as they travel. A line that cannot be read becomes {\"error\":\"...\"}, and"
                    + " the command ends with 1."
        })
final class DecodeCommand implements Callable<Integer> {
    @Spec CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        FrameLines frames = new FrameLines();
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (!line.isBlank()) {
                out.println(frames.decode(line));
            }
        }
        return frames.failed() ? ExitCode.REFUSED : ExitCode.DONE;
    }
}
