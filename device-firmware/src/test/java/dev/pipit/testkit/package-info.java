/** What tests of several packages share: fake clocks and drivers, real and scripted brokers. */
@NullMarked
package dev.pipit.testkit;

import org.jspecify.annotations.NullMarked;
