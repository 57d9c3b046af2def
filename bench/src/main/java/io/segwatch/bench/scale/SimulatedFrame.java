package io.segwatch.bench.scale;

/** A frame on its way. */
record SimulatedFrame(int camera, int partition, long capturedUs) {}
