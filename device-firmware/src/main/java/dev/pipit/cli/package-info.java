/** The command line: the only code that prints, reads standard input or ends the process. */
@NullMarked
package dev.pipit.cli;

import org.jspecify.annotations.NullMarked;
