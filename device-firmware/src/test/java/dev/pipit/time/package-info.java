/** Tests of the clocks. */
@org.jspecify.annotations.NullMarked
package dev.pipit.time;
