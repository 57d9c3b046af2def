package io.segwatch.launcher.log;

import ch.qos.logback.core.OutputStreamAppender;
import java.io.FileDescriptor;
import java.io.FileOutputStream;

/**
 * The log on the process's own standard error, whatever {@link System#err} leads to. {@code logback.xml} names this
 * class.
 *
 * @param <E> an event of the log
 */
public final class StandardError<E> extends OutputStreamAppender<E> {
    @Override
    public void start() {
        setOutputStream(new FileOutputStream(FileDescriptor.err));
        super.start();
    }
}
