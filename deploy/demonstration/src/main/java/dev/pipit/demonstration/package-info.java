/** The demonstration: a simulated board, an embedded broker and the agent in one process. */
@org.jspecify.annotations.NullMarked
package dev.pipit.demonstration;
