/**
 * The feature log: what is kept of frames so that words nobody had typed yet can be looked for in them.
 *
 * <pre>
 * FeatureLog          in the worker: which frames are kept, and sends them
 *   FeatureSchedule   when
 *   FeatureEncoder    an encoding to a record: CoarseGrid of cells, CellAxis over positions, HalfFloat
 *   PeakScores        how high BackgroundEntries score at most, which cells do not tell
 *   HiddenCells       what privacy masks leave out
 *   ThumbnailEncoder  the small picture beside it
 * FeatureVectors      a record's bytes to numbers, checked
 * CoarseShare         what cells' probabilities say of the share that the live query would have given
 * </pre>
 */
package io.segwatch.inference.features;
