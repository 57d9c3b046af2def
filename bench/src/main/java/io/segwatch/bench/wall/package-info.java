/**
 * What the live wall costs: {@link io.segwatch.bench.wall.WallMeasures} feeds a dashboard with cameras and looks at it
 * with Chromium, and with many viewers.
 */
package io.segwatch.bench.wall;
