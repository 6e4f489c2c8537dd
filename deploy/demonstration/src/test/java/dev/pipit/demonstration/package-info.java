/** Tests of the demonstration, against its own broker. */
@org.jspecify.annotations.NullMarked
package dev.pipit.demonstration;
