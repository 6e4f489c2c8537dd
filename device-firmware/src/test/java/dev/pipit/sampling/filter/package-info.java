@NullMarked
package dev.pipit.sampling.filter;

import org.jspecify.annotations.NullMarked;
