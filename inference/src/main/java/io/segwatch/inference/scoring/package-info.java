/**
 * How probable each text query is at each place of a picture ("Score" in models/README.md).
 *
 * <pre>
 * Scorer     an encoding and encoded queries to probabilities on the text-aligned grid
 * Smoother   temporal smoothing of one query on one camera
 * MaskMaker  probabilities to a mask
 * </pre>
 */
package io.segwatch.inference.scoring;
