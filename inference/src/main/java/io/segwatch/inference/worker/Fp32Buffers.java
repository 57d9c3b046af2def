package io.segwatch.inference.worker;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Native memory that one cached encoding at a time is expanded into. For one thread. */
final class Fp32Buffers {
    private FloatBuffer textAligned = floats(0);
    private FloatBuffer backgroundLse = floats(0);
    private FloatBuffer imageFeature = floats(0);
    private FloatBuffer imageEmbedding = floats(0);

    FloatBuffer textAligned(int count) {
        textAligned = sized(textAligned, count);
        return textAligned;
    }

    FloatBuffer backgroundLse(int count) {
        backgroundLse = sized(backgroundLse, count);
        return backgroundLse;
    }

    FloatBuffer imageFeature(int count) {
        imageFeature = sized(imageFeature, count);
        return imageFeature;
    }

    FloatBuffer imageEmbedding(int count) {
        imageEmbedding = sized(imageEmbedding, count);
        return imageEmbedding;
    }

    private static FloatBuffer sized(FloatBuffer buffer, int count) {
        return buffer.capacity() == count ? buffer : floats(count);
    }

    private static FloatBuffer floats(int count) {
        return ByteBuffer.allocateDirect(count * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
