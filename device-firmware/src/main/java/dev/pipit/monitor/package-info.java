/**
 * The other end of the topics: decodes what any device publishes, from its retained schemas. For
 * {@code pipit monitor}, the demonstration and tests.
 */
@NullMarked
package dev.pipit.monitor;

import org.jspecify.annotations.NullMarked;
