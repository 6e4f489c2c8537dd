/** Where every part takes the time from, so that tests can bring their own. */
@NullMarked
package dev.pipit.time;

import org.jspecify.annotations.NullMarked;
