/**
 * Many cameras, on paper: {@code Simulation} runs frames through queues whose times were measured, {@code Sizing}
 * counts what a number of cameras needs, and {@code RunningCameras} says how right that is where Segwatch runs.
 */
package io.segwatch.bench.scale;
