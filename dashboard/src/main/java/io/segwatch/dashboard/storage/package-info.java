/**
 * What is kept, for how long and how much of it: {@code StorageForecast} tells of a topic what it will come to at the
 * present rate, {@code StorageReport} of each kind and of all, against the disk.
 */
package io.segwatch.dashboard.storage;
