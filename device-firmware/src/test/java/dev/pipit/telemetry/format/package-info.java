/** The formats judged by libraries that others keep. */
@NullMarked
package dev.pipit.telemetry.format;

import org.jspecify.annotations.NullMarked;
