package io.segwatch.inference.model;

/**
 * Few directions that keep what words ask of pictures: for a position's vector x and a word's w, x·w is about the inner
 * product of what each is on its own rows. Any number of first rows is a basis, too.
 *
 * @param ofPictures [K][D], the most telling first; not to be written to
 * @param ofWords [K][D]: products of the two are those of the unit matrix; not to be written to
 */
public record FeatureBasis(float[][] ofPictures, float[][] ofWords) {

    /** Rows, K. */
    public int directions() {
        return ofPictures.length;
    }

    /** A word's or background row's vector as kept vectors are multiplied with, [K]. */
    public float[] word(float[] vector) {
        float[] kept = new float[ofWords.length];
        for (int k = 0; k < kept.length; k++) {
            kept[k] = (float) Vectors.dot(ofWords[k], vector);
        }
        return kept;
    }
}
