/**
 * OpenVINO by its C library, which is no part of the build: it is fetched by {@code ./segwatch openvino}, or lies where
 * the configuration says.
 *
 * <pre>
 * OpenVino         the library, loaded from a folder
 *   OpenVinoC      what of it is called
 * OpenVinoGraph    an ONNX file compiled for this CPU, and its requests
 * </pre>
 */
package io.segwatch.inference.openvino;
