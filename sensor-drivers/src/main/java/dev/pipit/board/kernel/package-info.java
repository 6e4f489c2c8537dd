/**
 * The default board on a device: Pi4J providers of our own over the kernel's character devices,
 * through one small native library ({@code src/main/c}). A transfer or an event allocates nothing.
 */
@NullMarked
package dev.pipit.board.kernel;

import org.jspecify.annotations.NullMarked;
