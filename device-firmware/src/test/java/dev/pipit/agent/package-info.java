/** Tests of the whole device, from the simulated chip to the broker and back. */
@NullMarked
package dev.pipit.agent;

import org.jspecify.annotations.NullMarked;
