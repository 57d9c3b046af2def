package io.segwatch.launcher.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import io.segwatch.failure.FatalErrors;

/**
 * Finds the Errors that a library catches, logs as errors, and goes on without the thread that they ended: Vert.x and
 * Kafka's clients do. {@code logback.xml} names this class.
 */
public final class LoggedErrors extends AppenderBase<ILoggingEvent> {
    @Override
    protected void append(ILoggingEvent event) {
        if (event.getThrowableProxy() instanceof ThrowableProxy proxy) {
            FatalErrors.endIfFatal(proxy.getThrowable());
        }
    }
}
