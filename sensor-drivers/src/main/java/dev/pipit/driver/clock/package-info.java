/** Clock chips. */
@NullMarked
package dev.pipit.driver.clock;

import org.jspecify.annotations.NullMarked;
