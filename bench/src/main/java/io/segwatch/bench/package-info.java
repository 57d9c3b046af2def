/** Benchmarks of the frame path: what one more query, viewer or zone costs. */
package io.segwatch.bench;
