/** Tests. */
@NullMarked
package dev.pipit.mqtt.session;

import org.jspecify.annotations.NullMarked;
