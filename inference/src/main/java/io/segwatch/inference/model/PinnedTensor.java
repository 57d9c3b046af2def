package io.segwatch.inference.model;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * A tensor in native memory, which networks read or write where it is.
 *
 * @param data direct and of native order: bytes for uint8, floats for float32
 */
record PinnedTensor(String name, Buffer data, long... shape) {
    static PinnedTensor bytes(String name, long... shape) {
        return new PinnedTensor(name, ByteBuffer.allocateDirect(size(shape)).order(ByteOrder.nativeOrder()), shape);
    }

    static PinnedTensor floats(String name, long... shape) {
        ByteBuffer memory = ByteBuffer.allocateDirect(Math.multiplyExact(size(shape), Float.BYTES));
        return new PinnedTensor(name, memory.order(ByteOrder.nativeOrder()).asFloatBuffer(), shape);
    }

    ByteBuffer bytes() {
        return (ByteBuffer) data;
    }

    FloatBuffer floats() {
        return (FloatBuffer) data;
    }

    private static int size(long... shape) {
        long size = 1;
        for (long side : shape) {
            size = Math.multiplyExact(size, side);
        }
        return Math.toIntExact(size);
    }
}
