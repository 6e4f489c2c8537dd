package dev.pipit.cli;

import dev.pipit.command.KeyFile;
import dev.pipit.command.SigningKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pipit keygen ID}. */
@Command(
        name = "keygen",
        mixinStandardHelpOptions = true,
        header = "Makes a key that signs commands.",
        description = {
            "Writes it to a file that only you can read, and prints what the device's configuration"
                    + " needs. 'pipit send --sign FILE' uses it.",
            "With ed25519 the device holds the public half only; with hmac-sha256 it holds the same"
                    + " file.",
            "",
            "  pipit keygen ops --roles operator"
        })
final class KeygenCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "ID",
            description = "Under which devices know the key: lower-case letters, digits, - and _.")
    String id;

    @Option(
            names = "--algorithm",
            paramLabel = "NAME",
            description = "ed25519 or hmac-sha256. Usually ${DEFAULT-VALUE}.",
            defaultValue = "ed25519")
    String algorithm;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description =
                    "Where the key goes. Usually ID.key. An existing file is never overwritten.")
    @Nullable Path out;

    @Option(
            names = "--roles",
            paramLabel = "ROLE",
            split = ",",
            description = "What its holder may do. Usually ${DEFAULT-VALUE}.",
            defaultValue = "operator")
    List<String> roles;

    @Spec CommandSpec spec;

    @Override
    public Integer call() {
        Path file = out == null ? Path.of(id + ".key") : out;
        KeyFile key;
        try {
            key = KeyFile.generate(id, SigningKey.ofWord(algorithm));
        } catch (IllegalArgumentException wrong) {
            throw new CannotGoOn(ExitCode.USAGE, String.valueOf(wrong.getMessage()));
        }
        try {
            key.write(file);
        } catch (FileAlreadyExistsException there) {
            throw new CannotGoOn(
                    ExitCode.USAGE,
                    file + " exists, and a key is never overwritten: name another with --out");
        } catch (IOException failed) {
            throw new CannotGoOn(ExitCode.USAGE, "cannot write " + file + ": " + failed);
        }
        tell(key, file);
        return ExitCode.DONE;
    }

    private void tell(KeyFile key, Path file) {
        PrintWriter print = spec.commandLine().getOut();
        boolean shared = key.algorithm() == SigningKey.HMAC_SHA_256;
        print.printf("key %s (%s) is in %s, readable by you only%n", id, algorithm, file);
        print.println("in the device's configuration:");
        print.println();
        print.println("signing:");
        print.printf(
                "  %s: {%s, roles: [%s]}%n",
                id,
                shared
                        ? "algorithm: hmac-sha256, key-file: " + file.getFileName()
                        : "public-key: " + key.shared(),
                String.join(", ", roles));
        if (shared) {
            print.printf(
                    "%nand %s itself beside that configuration, readable by the agent only%n",
                    file.getFileName());
        }
    }
}
