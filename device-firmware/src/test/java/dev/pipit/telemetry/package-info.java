@NullMarked
package dev.pipit.telemetry;

import org.jspecify.annotations.NullMarked;
