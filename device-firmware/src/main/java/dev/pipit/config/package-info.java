/** The configuration file: YAML to immutable records, every mistake at once with its position. */
@NullMarked
package dev.pipit.config;

import org.jspecify.annotations.NullMarked;
