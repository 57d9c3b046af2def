package io.segwatch.bench.demo;

import java.util.LinkedHashMap;
import java.util.Map;

/** What a thread does, by the innermost call on its stack that is known. */
final class CpuStep {
    /** Of threads that Java does not know: most of it is ONNX Runtime's second thread. */
    static final String NATIVE = "encode, ONNX Runtime's own threads";

    /** Beginnings of a class's name and method; the first that fits a call counts. */
    private static final Map<String, String> CALLS = calls();

    private static final Map<String, String> THREADS = threads();

    private CpuStep() {}

    private static Map<String, String> calls() {
        Map<String, String> calls = new LinkedHashMap<>();
        calls.put("io.segwatch.ingest.VideoReader", "decode video");
        calls.put("io.segwatch.ingest.JpegEncoder.scale", "scale");
        calls.put("io.segwatch.ingest.JpegEncoder", "JPEG");
        calls.put("io.segwatch.ingest.FramePublisher", "produce frame");
        calls.put("io.segwatch.inference.worker.FrameDecoder.decode", "JPEG decode");
        calls.put("io.segwatch.inference.worker.EncoderThread", "encode");
        calls.put("io.segwatch.contracts.Rle", "RLE");
        calls.put("io.segwatch.inference.scoring.MaskMaker", "masks");
        calls.put("io.segwatch.inference.scoring", "score");
        calls.put("io.segwatch.inference.refine", "masks");
        calls.put("io.segwatch.inference.worker.MotionDetector", "motion");
        calls.put("io.segwatch.inference.worker.CachedEncoding", "keep the encoding");
        calls.put("io.segwatch.inference.worker.EncodingHistory", "keep the encoding");
        calls.put("io.segwatch.inference.features", "feature log");
        calls.put("io.segwatch.inference.model.TextEncoder", "words of queries");
        calls.put("io.segwatch.inference.worker.PromptHandler", "prompts");
        calls.put("io.segwatch.inference.worker.Backfill", "new queries on past frames");
        calls.put("io.segwatch.inference.worker.FrameProcessor.send", "produce observation");
        calls.put("io.segwatch.inference.worker.FrameLoop.read", "consume");
        calls.put("io.segwatch.inference.worker.FrameLoop.commit", "consume");
        calls.put("io.segwatch.topology", "topology");
        calls.put("io.segwatch.dashboard.evidence", "pictures and videos of alerts");
        calls.put("io.segwatch.dashboard", "feed");
        calls.put("io.segwatch.bench", "the measurement");
        return calls;
    }

    private static Map<String, String> threads() {
        Map<String, String> threads = new LinkedHashMap<>();
        threads.put("kafka-producer-network-thread", "produce, network");
        threads.put("StreamThread", "topology");
        threads.put("data-plane", "broker");
        threads.put("kafka-", "broker");
        threads.put("raft", "broker");
        threads.put("vert.x", "feed");
        threads.put("cpu-steps", "the measurement");
        threads.put("demo-report", "the measurement");
        threads.put("HttpClient", "the measurement");
        threads.put("camera-", "ingest, other");
        threads.put("inference-", "inference, other");
        threads.put("query-encoder", "words of queries");
        return threads;
    }

    static String of(String thread, StackTraceElement[] innermostFirst) {
        for (StackTraceElement call : innermostFirst) {
            if (call.getClassName().startsWith("io.segwatch.")) {
                String name = call.getClassName() + "." + call.getMethodName();
                for (Map.Entry<String, String> known : CALLS.entrySet()) {
                    if (name.startsWith(known.getKey())) {
                        return known.getValue();
                    }
                }
            }
        }
        for (Map.Entry<String, String> known : THREADS.entrySet()) {
            if (thread.contains(known.getKey())) {
                return known.getValue();
            }
        }
        return "other";
    }

    /** Of a thread of the JVM or of FFmpeg; null of any other. */
    static String ofNative(String thread) {
        if (thread.startsWith("C1 Compiler") || thread.startsWith("C2 Compiler") || thread.startsWith("Sweeper")) {
            return "JIT compilers";
        }
        if (thread.startsWith("VM ") || thread.startsWith("GC ") || thread.startsWith("G1 ")) {
            return "garbage collection";
        }
        return thread.startsWith("av:") ? "decode video" : null;
    }
}
