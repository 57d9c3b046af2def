package io.segwatch.topology.camera;

import io.segwatch.v1.Rule;

/**
 * A number that rules look at, taken from each frame.
 *
 * @param zone index of the zone among the camera's measured ones
 * @param query the query's id
 * @param of its share of the zone, its highest probability in the frame, the share's change against the usual for the
 *     hour, or its drift
 * @param minComponent connected components under this share of the frame do not count; 0 for none
 */
record Signal(int zone, String query, Rule.Measure of, double minComponent) {}
