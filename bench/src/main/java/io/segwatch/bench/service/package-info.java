/**
 * The whole service, driven to its limit, beside loops that only decode and encode.
 *
 * <p>{@code ServiceMeasure} runs {@code ServiceRun} (the demo), {@code BareLoop} (ONNX Runtime in a JVM of its own) and
 * {@code PythonLoops} (PyAV with ONNX Runtime and with OpenVINO) in turn. {@code FasterClip} makes the video.
 */
package io.segwatch.bench.service;
