package io.segwatch.inference.model;

/** Arithmetic of dense vectors. */
public final class Vectors {
    private Vectors() {}

    static double length(float[] v) {
        return Math.sqrt(dot(v, v));
    }

    /** Inner product of vectors of one length; the cosine of unit vectors. */
    public static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    /** Scales in place to unit length; a vector of zeros stays. */
    static void normalise(float[] v) {
        double length = length(v);
        if (length > 0) {
            for (int i = 0; i < v.length; i++) {
                v[i] /= (float) length;
            }
        }
    }
}
