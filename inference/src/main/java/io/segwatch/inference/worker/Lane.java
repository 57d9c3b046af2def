package io.segwatch.inference.worker;

/**
 * The way of the frames and prompts of the cameras that one model observes. For the worker's thread.
 *
 * @param prompts asked of the frames that have been observed here
 */
record Lane(FramePipeline frames, FrameProcessor processor, PromptQueue prompts) {}
