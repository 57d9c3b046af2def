package io.segwatch.topology.rule;

/**
 * A number that rules look at, taken from each frame.
 *
 * @param zone index of the zone among the camera's measured ones
 * @param query the query's id
 * @param peak its highest probability in the frame, rather than its share of the zone
 * @param minComponent connected components under this share of the frame do not count; 0 for none
 */
public record Signal(int zone, String query, boolean peak, double minComponent) {}
