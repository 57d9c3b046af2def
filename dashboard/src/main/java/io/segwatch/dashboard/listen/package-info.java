/**
 * What every listening server of a process shares. {@link io.segwatch.dashboard.listen.ConnectionLimit} bounds its
 * connections; {@link io.segwatch.dashboard.listen.Authority} is the host and port that a request names.
 */
package io.segwatch.dashboard.listen;
