@NullMarked
package dev.pipit.actuation;

import org.jspecify.annotations.NullMarked;
