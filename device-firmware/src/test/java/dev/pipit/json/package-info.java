@NullMarked
package dev.pipit.json;

import org.jspecify.annotations.NullMarked;
