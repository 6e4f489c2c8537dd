/** Tests of the sampling loops, in virtual time. */
@NullMarked
package dev.pipit.sampling;

import org.jspecify.annotations.NullMarked;
