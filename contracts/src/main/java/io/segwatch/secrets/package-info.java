/**
 * Passwords of cameras and secrets of webhooks, each in a file that only the service's user can read
 * ({@code PrivateFile}): looked up when they are used, and kept out of topics, logs and pages.
 */
package io.segwatch.secrets;
