package io.segwatch.topology.camera;

import io.segwatch.v1.Rule;

/**
 * A number that rules use, taken from each frame.
 *
 * @param zone index of the zone among the camera's measured ones
 * @param query the query's id
 * @param of its share of the zone, its highest probability in the frame, the share's z-score against its hourly
 *     baseline, or its drift
 * @param minComponent connected components under this share of the frame do not count; 0 for none
 */
record Signal(int zone, String query, Rule.Measure of, double minComponent) {}
