@NullMarked
package dev.pipit.command;

import org.jspecify.annotations.NullMarked;
