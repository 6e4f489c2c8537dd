package dev.pipit.testkit;

import java.net.URI;

/** A real broker that a test can kill and start again on the same port. */
public interface TestBroker extends AutoCloseable {
    URI url();

    /** Ends it without a goodbye to anybody. */
    void kill();

    /** Starts it again where it was. */
    void restart();

    @Override
    void close();
}
