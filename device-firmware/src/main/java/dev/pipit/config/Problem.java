package dev.pipit.config;

import java.nio.file.Path;
import java.util.Comparator;

/**
 * One mistake in a configuration file.
 *
 * @param line from 1; 0 where the file as a whole is meant
 * @param column from 1, in characters; 0 where the file as a whole is meant
 * @param message what is wrong, what was expected, and what to do
 */
public record Problem(Path file, int line, int column, String message) {
    static final Comparator<Problem> BY_POSITION =
            Comparator.comparingInt(Problem::line)
                    .thenComparingInt(Problem::column)
                    .thenComparing(Problem::message);

    /** {@code file:line:column: message}, as compilers print it and editors jump to it. */
    @Override
    public String toString() {
        return line == 0
                ? file + ": " + message
                : file + ":" + line + ":" + column + ": " + message;
    }
}
