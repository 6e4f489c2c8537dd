/** Pi4J's own linuxfs plugin as a board, for users that want Pi4J as it comes. */
@NullMarked
package dev.pipit.board.linuxfs;

import org.jspecify.annotations.NullMarked;
