@NullMarked
package dev.pipit.spool;

import org.jspecify.annotations.NullMarked;
