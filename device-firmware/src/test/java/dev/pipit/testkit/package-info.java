/** What tests of several packages share: brokers, real and scripted. */
@NullMarked
package dev.pipit.testkit;

import org.jspecify.annotations.NullMarked;
