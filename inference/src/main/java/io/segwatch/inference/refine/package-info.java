/**
 * SAM-CLIP's composition: a text query's coarse mask becomes prompts to the mask head, whose masks have finer edges.
 *
 * <pre>
 * Refiner -> Components     connected parts of the coarse mask
 *         -> InteriorPoint  a point prompt for each part
 * </pre>
 */
package io.segwatch.inference.refine;
