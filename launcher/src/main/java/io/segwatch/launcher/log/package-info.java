/**
 * What a process writes. {@code logback.xml} names {@link io.segwatch.launcher.log.StandardError}, where the log goes
 * for machines, and {@link io.segwatch.launcher.log.LoggedErrors}, which ends the process when a library logs an Error;
 * {@link io.segwatch.launcher.log.ProcessOutput} puts what is printed into the log.
 */
package io.segwatch.launcher.log;
