package dev.pipit.testkit;

import dev.pipit.driver.Channel;
import dev.pipit.driver.Fault;
import dev.pipit.driver.SampleSink;
import dev.pipit.driver.SensorDriver;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A sensor of one channel that counts up, and fails, hangs or throws when told to. */
public final class FakeSensor implements SensorDriver {
    private final FakeTime time;
    private final int conversionMs;
    private long next;

    public @Nullable Fault failsToBegin;
    public @Nullable Fault failsToRead;
    public @Nullable RuntimeException breaks;
    public long transferMs;
    public Runnable duringTransfer = () -> {};
    public int begun;
    public boolean closed;

    public FakeSensor(FakeTime time, int conversionMs) {
        this.time = time;
        this.conversionMs = conversionMs;
    }

    @Override
    public List<Channel> channels() {
        return List.of(Channel.of("count", "", "1", 4, 0));
    }

    @Override
    public int begin() {
        begun++;
        duringTransfer.run();
        time.advanceMs(transferMs);
        if (breaks != null) {
            throw breaks;
        }
        return failsToBegin != null ? failsToBegin.asResult() : conversionMs;
    }

    @Override
    public void read(SampleSink sink) {
        time.advanceMs(transferMs);
        if (failsToRead != null) {
            sink.missing(0, failsToRead);
        } else {
            sink.value(0, ++next);
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
