package dev.pipit.cli;

import com.pi4j.exception.Pi4JException;
import dev.pipit.agent.Boards;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code pipit scan}. */
@Command(
        name = "scan",
        mixinStandardHelpOptions = true,
        header = "Looks at what is connected to this machine.",
        description = {
            "Lists I2C chips with a guess at what they are, 1-Wire devices, GPIO chips and who uses"
                    + " their lines, SPI and PWM, and says what to enable where a bus is missing.",
            "Changes nothing: an I2C chip is asked for one byte, one that the kernel holds for none."
        })
final class ScanCommand implements Callable<Integer> {
    @Spec CommandSpec spec;

    @Override
    public Integer call() {
        try {
            Boards.scan().forEach(spec.commandLine().getOut()::println);
            return ExitCode.DONE;
        } catch (Pi4JException e) {
            throw new CannotGoOn(ExitCode.UNAVAILABLE, String.valueOf(e.getMessage()));
        }
    }
}
