package io.segwatch.inference.model;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many pixels a run of the encoder may have: as many as it is given, until memory was too small for them. Then half
 * as many, and after every {@value #GROW_AFTER} runs that this held back an eighth more, in case what took the memory
 * is gone. Threadsafe.
 */
final class BatchLimit {
    static final int GROW_AFTER = 1_000;
    private static final Logger log = LoggerFactory.getLogger(BatchLimit.class);

    /** No bound until memory was too small. */
    private long mostPixels = Long.MAX_VALUE;

    private int heldBack;
    private String remark = "";

    /** How many of {@code wanted} pictures of so many pixels each may be run together; at least one. */
    synchronized int most(int wanted, long pixelsEach) {
        return (int) Math.max(1, Math.min(wanted, mostPixels / pixelsEach));
    }

    /** A run found no memory: half of it is the most from now on. */
    synchronized void tooLarge(int count, long pixelsEach) {
        mostPixels = Math.max(1, count / 2) * pixelsEach;
        heldBack = 0;
        remark = "memory was too small for " + count + " pictures at a time, so that it takes fewer";
        log.warn(
                "The encoder's memory was too small for {} pictures at a time: it takes {} now, and tries more later."
                        + " A smaller segwatch.inference.max-batch, or fewer workers on the GPU, leave it room",
                count,
                most(count, pixelsEach));
    }

    /** A run went well, though the limit may have held pictures back. */
    synchronized void fitted(int count, int wanted) {
        if (count == wanted || mostPixels == Long.MAX_VALUE) {
            return;
        }
        heldBack++;
        if (heldBack >= GROW_AFTER) {
            heldBack = 0;
            mostPixels += Math.max(1, mostPixels / 8);
        }
    }

    /** A clause for the status; empty where memory has always been enough. */
    synchronized String remark() {
        return remark;
    }
}
