/** Tests. */
@NullMarked
package dev.pipit.mqtt;

import org.jspecify.annotations.NullMarked;
