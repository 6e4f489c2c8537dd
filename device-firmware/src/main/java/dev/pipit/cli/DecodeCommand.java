package dev.pipit.cli;

import dev.pipit.telemetry.FrameLines;
import picocli.CommandLine.Command;

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
final class DecodeCommand extends LineFilter {
    @Override
    String answer(FrameLines frames, String line) {
        return frames.decode(line);
    }
}
