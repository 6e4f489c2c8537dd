package dev.pipit.cli;

/** How commands end, after sysexits(3) where it has a word for it. */
final class ExitCode {
    static final int DONE = 0;
    static final int REFUSED = 1;
    static final int USAGE = 2;
    static final int BAD_DATA = 65;
    static final int UNAVAILABLE = 69;
    static final int DEFECT = 70;
    static final int NO_ANSWER = 75;
    static final int BAD_CONFIGURATION = 78;

    private ExitCode() {}
}
