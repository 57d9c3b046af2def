/**
 * Who asks, and what they may do. {@code Principal} is carried by every request that was let in, by every WebSocket and
 * every event stream.
 */
package io.segwatch.dashboard.access;
