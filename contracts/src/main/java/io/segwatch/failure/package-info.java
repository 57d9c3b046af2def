/**
 * What a process does when it cannot go on: {@link io.segwatch.failure.FatalErrors} ends it; {@code FatalSentence} says
 * why, and what to do about it.
 */
package io.segwatch.failure;
