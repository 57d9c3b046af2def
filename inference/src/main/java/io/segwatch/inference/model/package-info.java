/**
 * The model directory (models/README.md): loaded, checked and run.
 *
 * <pre>
 * SegmentationModel  loads a directory and runs its networks
 *   ModelJson, ModelFiles -> ModelDescription   model.json and the files' hashes
 *   ExecutionProvider, OnnxSession              ONNX Runtime on CPU, CUDA or TensorRT
 *   GpuOptions, TensorRtRtx, GpuObstacle        how sessions run on a GPU; what lacks, in a sentence
 *   BatchLimit, DeviceMemory                    fewer pictures a run where memory is too small
 *   Network, PinnedTensor                       a network that runs in memory which the caller holds
 *   EncoderChoice -> FallbackNetwork            OpenVINO in place of ONNX Runtime, while it works
 *   ImageEncoder  ImageBatch -> Encoding        pictures to text-aligned grids and embeddings
 *   MaskDecoder   MaskPrompt -> DecodedMask     points and boxes to masks
 *   TextModel  TextEncoder -> EncodedQuery      phrases to unit vectors, a query to its rows; also without the rest
 * FeatureBasis                                  the few directions that the feature log keeps
 * InputRule -> InputGeometry                    where a picture lies in the encoder's input
 * JpegHeader                                    a JPEG's size, before it is decoded
 * </pre>
 */
package io.segwatch.inference.model;
