package io.segwatch.ingest;

import io.segwatch.v1.Camera.Stream.Deinterlace;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * Decoded pictures on their way through a {@link Deinterlacer}, where one is needed: from the first interlaced one on,
 * with a new one at each change of size or format. For one thread, which must also close it.
 */
final class WholePictures implements AutoCloseable {
    private final AVFrame next = avutil.av_frame_alloc();
    private final AVRational timeBase;
    /** Whether the stream gives each field as a picture of its own, as H.265 does. */
    private final boolean fields;

    private Deinterlacer deinterlacer;
    private Deinterlace how = Deinterlace.WHEN_INTERLACED;
    private boolean ending;

    WholePictures(AVRational timeBase, boolean fields) {
        this.timeBase = timeBase;
        this.fields = fields;
    }

    /**
     * Takes over the picture, unless it is whole as it is.
     *
     * @param alone whether the next one is too far away to be waited for
     */
    boolean put(AVFrame picture, Deinterlace wanted, boolean alone) {
        how = wanted;
        boolean interlaced = (picture.flags() & Deinterlacer.INTERLACED) != 0 && !fields;
        boolean needed = wanted == Deinterlace.ALWAYS || wanted != Deinterlace.NEVER && interlaced;
        if (deinterlacer == null && !needed) {
            return false;
        }
        if (deinterlacer != null && (wanted == Deinterlace.NEVER || !deinterlacer.takes(picture, wanted))) {
            // The last one of the old kind comes out first.
            avutil.av_frame_move_ref(next, picture);
            end();
            return true;
        }
        if (deinterlacer == null) {
            deinterlacer = new Deinterlacer(picture, timeBase, wanted, alone);
        }
        deinterlacer.put(picture);
        if (alone) {
            end();
        }
        return true;
    }

    /** Whether pictures pass through a deinterlacer. */
    boolean used() {
        return deinterlacer != null;
    }

    /** No picture follows; whether one may still come out. */
    boolean end() {
        if (deinterlacer == null || ending) {
            return false;
        }
        deinterlacer.put(null);
        ending = true;
        return true;
    }

    /** Whether {@code picture} is now the next picture. */
    boolean get(AVFrame picture) {
        if (deinterlacer == null) {
            return false;
        }
        if (deinterlacer.get(picture)) {
            return true;
        }
        if (!ending) {
            return false;
        }
        ending = false;
        deinterlacer.close();
        deinterlacer = null;
        if (next.data(0) == null || next.data(0).isNull()) {
            return false;
        }
        avutil.av_frame_move_ref(picture, next);
        return !put(picture, how, false);
    }

    @Override
    public void close() {
        if (deinterlacer != null) {
            deinterlacer.close();
        }
        avutil.av_frame_free(next);
    }
}
