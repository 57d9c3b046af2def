/**
 * {@code segwatch segment}: the model over pictures and videos, offline.
 *
 * <pre>
 * SegmentCommand   options: Input files, QueryLines, PromptOptions
 *   Pipeline       reads ahead (PictureFile, VideoFile), keeps the order
 *   Segmenter      one picture through the model -> SegmentResult
 *   Results        masks at the picture's size, Overlay, a line of JSON
 * </pre>
 */
package io.segwatch.inference.segment;
