/**
 * The feature log: what is kept of frames so that words nobody had typed yet can be looked for in them.
 *
 * <pre>
 * FeatureVectors  a record's bytes to numbers, checked
 *   HalfFloat     half precision
 * </pre>
 */
package io.segwatch.inference.features;
