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

    /** The same memory of {@code count} entries of the first side, from entry {@code from} on. */
    PinnedTensor part(int from, int count) {
        int each = Math.toIntExact(data.capacity() / shape[0]);
        long[] sides = shape.clone();
        sides[0] = count;
        Buffer memory = data instanceof ByteBuffer bytes
                ? bytes.slice(from * each, count * each).order(ByteOrder.nativeOrder())
                : floats().slice(from * each, count * each);
        return new PinnedTensor(name, memory, sides);
    }

    private static int size(long... shape) {
        long size = 1;
        for (long side : shape) {
            size = Math.multiplyExact(size, side);
        }
        return Math.toIntExact(size);
    }
}
