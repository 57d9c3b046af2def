/**
 * The past in numbers: what charts of hours, days and weeks are drawn from. {@code Past} is the way in.
 *
 * <pre>
 * areas as they come (live's FactReader) ----------\
 * segwatch.area-hours, .area-minutes (HistoryReader) -> AreaHistory -> Columns, Past.Week
 * observations as they come -------------------------> HeatMaps     -> Past.Places
 * </pre>
 *
 * <p>All of it is bounded memory, and nothing is kept here for good: after a restart Kafka is read back, hours first.
 */
package io.segwatch.dashboard.past;
