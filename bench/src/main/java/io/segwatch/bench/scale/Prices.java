package io.segwatch.bench.scale;

/**
 * Of one unit for a month, in any currency. The defaults of the command are round figures to be replaced by your own.
 *
 * @param core of a processor, with 4 GiB of memory
 * @param diskGb of a broker's disk, each copy
 * @param trafficGb over a line or between sites
 */
record Prices(double core, double gpu, double diskGb, double trafficGb) {}
