/**
 * Words in the feature log, days after the frames:
 *
 * <pre>
 * Search          the door: searches, heat, what queries that never ran would have seen
 *   SearchRun     one search, from the newest frame to the oldest
 *     SearchBounds      what may be asked for
 *     BackwardReading   Kafka, a window of time after the other
 *     AskedModels       the query's vectors for each model that frames are of
 *     CameraScan        a camera's frames to moments and series; ShareHistogram: what is usual
 *   CellScorer    a kept frame to probabilities: WordScorer by words, LikenessScorer by an example
 *   ZoneCells     probabilities to the share of a zone
 *   TextModels    text encoders, loaded when they are asked and let go
 *   Rehearsal     a search that nobody sees, before somebody's first
 * </pre>
 */
package io.segwatch.inference.search;
