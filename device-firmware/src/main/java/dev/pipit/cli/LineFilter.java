package dev.pipit.cli;

import dev.pipit.telemetry.FrameLines;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that answers each line of standard input with one of its own. */
abstract class LineFilter implements Callable<Integer> {
    @Spec CommandSpec spec;

    /** What to say to a line that is not blank. */
    abstract String answer(FrameLines frames, String line);

    @Override
    public final Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        FrameLines frames = new FrameLines();
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (!line.isBlank()) {
                out.println(answer(frames, line));
            }
        }
        return frames.failed() ? ExitCode.REFUSED : ExitCode.DONE;
    }
}
