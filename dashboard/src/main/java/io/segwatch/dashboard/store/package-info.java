/** What the dashboard writes to Kafka, and the compacted topics that it keeps in memory and writes. */
package io.segwatch.dashboard.store;
