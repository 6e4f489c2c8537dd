/** The composition root: the only code that puts the parts together, and their life together. */
@NullMarked
package dev.pipit.agent;

import org.jspecify.annotations.NullMarked;
