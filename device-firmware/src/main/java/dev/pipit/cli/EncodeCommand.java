package dev.pipit.cli;

import dev.pipit.telemetry.FrameLines;
import picocli.CommandLine.Command;

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
final class EncodeCommand extends LineFilter {
    @Override
    String answer(FrameLines frames, String line) {
        return frames.encode(line);
    }
}
