/**
 * SAM-CLIP's composition: a text query's coarse mask becomes prompts to the mask head, whose masks have finer edges.
 */
package io.segwatch.inference.refine;
