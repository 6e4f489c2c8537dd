/**
 * Boards: access to pins and buses as a Pi4J context over providers that are chosen here and
 * nowhere else. Sub-packages hold one kind each; drivers see none of them, only {@link
 * dev.pipit.driver.Wiring}.
 */
@NullMarked
package dev.pipit.board;

import org.jspecify.annotations.NullMarked;
