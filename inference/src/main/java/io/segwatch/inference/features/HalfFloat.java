package io.segwatch.inference.features;

/** IEEE 754 half precision: 5 bits of exponent, 10 of fraction. */
final class HalfFloat {
    /** Largest finite value. */
    static final float MOST = 65_504;

    private static final int EXPONENT_BIAS = 127 - 15;
    private static final float LEAST_NORMAL = 0x1p-14f;
    private static final float LEAST = 0x1p-24f;

    private HalfFloat() {}

    static float toFloat(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = half >> 10 & 0x1F;
        int fraction = half & 0x3FF;
        if (exponent == 0) {
            return Float.intBitsToFloat(sign | Float.floatToRawIntBits(fraction * LEAST));
        }
        int wide = exponent == 0x1F ? 0xFF : exponent + EXPONENT_BIAS;
        return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
    }

    /** The nearest, of two equally near ones the even; infinite from 65520 on. */
    static short of(float value) {
        int sign = Float.floatToRawIntBits(value) >>> 16 & 0x8000;
        float size = Math.abs(value);
        if (Float.isNaN(value)) {
            return (short) (sign | 0x7E00);
        }
        if (size < LEAST_NORMAL) {
            return (short) (sign | (int) Math.rint(size / LEAST));
        }
        if (size >= 65_520) {
            return (short) (sign | 0x7C00);
        }
        int bits = Float.floatToRawIntBits(size) - (EXPONENT_BIAS << 23);
        // Half of the last place, less one where the fraction is even already: a carry runs on into the exponent.
        return (short) (sign | bits + 0xFFF + (bits >> 13 & 1) >> 13);
    }
}
