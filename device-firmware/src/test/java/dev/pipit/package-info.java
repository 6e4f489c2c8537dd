/** Tests of the whole: its architecture, its class path. */
@org.jspecify.annotations.NullMarked
package dev.pipit;
