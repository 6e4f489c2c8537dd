/** Chips that measure the air: temperature, humidity, pressure. */
@NullMarked
package dev.pipit.driver.environment;

import org.jspecify.annotations.NullMarked;
