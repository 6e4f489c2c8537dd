/**
 * Outputs that fail safe. {@link dev.pipit.actuation.OutputGuard} is the only code that writes an
 * output; its invariant: at every instant an output is safe, or it has a valid lease and meets all
 * limits and interlocks.
 */
@NullMarked
package dev.pipit.actuation;

import org.jspecify.annotations.NullMarked;
