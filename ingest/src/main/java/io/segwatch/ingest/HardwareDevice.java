package io.segwatch.ingest;

import java.util.List;
import java.util.Locale;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecHWConfig;
import org.bytedeco.ffmpeg.avutil.AVBufferRef;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * A device of this machine that decodes, for one decoder. Pictures are copied from its memory. For one thread, which
 * must also close it.
 */
final class HardwareDevice implements AutoCloseable {
    /** A decoder of its own in FFmpeg, which opens the device itself. */
    static final String V4L2 = "v4l2m2m";

    private static final int WITH_DEVICE = 1; // FFmpeg's AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX

    private final AVBufferRef device;
    private final AVFrame copy = avutil.av_frame_alloc();

    private HardwareDevice(AVBufferRef device) {
        this.device = device;
    }

    /** What to try for a value of {@code segwatch.ingest.hwaccel}, in this order. */
    static List<String> kinds(String hwaccel) {
        return switch (hwaccel) {
            case "none" -> List.of();
            case "auto" -> List.of("cuda", "vaapi", V4L2);
            default -> List.of(hwaccel);
        };
    }

    /** Null where this machine has none of that kind, or FFmpeg decodes nothing of this codec with it. */
    static HardwareDevice open(String kind, AVCodec codec) {
        int type = avutil.av_hwdevice_find_type_by_name(kind);
        if (!decodes(codec, type)) {
            return null;
        }
        AVBufferRef device = new AVBufferRef(null);
        int created = avutil.av_hwdevice_ctx_create(device, type, (String) null, null, 0);
        return created < 0 ? null : new HardwareDevice(device);
    }

    private static boolean decodes(AVCodec codec, int type) {
        for (int i = 0; type != avutil.AV_HWDEVICE_TYPE_NONE; i++) {
            AVCodecHWConfig config = avcodec.avcodec_get_hw_config(codec, i);
            if (config == null || config.isNull()) {
                return false;
            }
            if (config.device_type() == type && (config.methods() & WITH_DEVICE) != 0) {
                return true;
            }
        }
        return false;
    }

    /** Why pictures are decoded in software, and what to do about it. */
    static String missing(String hwaccel, String codec) {
        return "Decoded in software: no " + hwaccel.toUpperCase(Locale.ROOT) + " device that decodes " + codec
                + " could be opened. Give this process its device and driver, or set segwatch.ingest.hwaccel=none.";
    }

    /** Before the decoder is opened. FFmpeg goes on in software where the device cannot decode a stream. */
    void attach(AVCodecContext decoder) {
        decoder.hw_device_ctx(avutil.av_buffer_ref(device));
    }

    /** Copies a picture that lies in the device's memory: 1; 0 for one that does not, or FFmpeg's code. */
    int fetch(AVFrame picture) {
        if (picture.hw_frames_ctx() == null || picture.hw_frames_ctx().isNull()) {
            return 0;
        }
        int fetched = avutil.av_hwframe_transfer_data(copy, picture, 0);
        if (fetched < 0) {
            return fetched;
        }
        avutil.av_frame_copy_props(copy, picture);
        avutil.av_frame_unref(picture);
        avutil.av_frame_move_ref(picture, copy);
        return 1;
    }

    @Override
    public void close() {
        avutil.av_frame_free(copy);
        avutil.av_buffer_unref(device);
    }
}
