package dev.pipit.cli;

/** A command ends here: what the user reads, and the exit code. */
final class CannotGoOn extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    CannotGoOn(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
