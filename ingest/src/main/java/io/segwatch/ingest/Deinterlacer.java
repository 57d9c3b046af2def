package io.segwatch.ingest;

import static org.bytedeco.ffmpeg.global.avfilter.av_buffersink_get_frame;
import static org.bytedeco.ffmpeg.global.avfilter.av_buffersrc_add_frame;
import static org.bytedeco.ffmpeg.global.avfilter.av_buffersrc_parameters_alloc;
import static org.bytedeco.ffmpeg.global.avfilter.av_buffersrc_parameters_set;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_get_by_name;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_alloc;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_alloc_filter;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_config;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_free;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_init_str;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_link;
import static org.bytedeco.ffmpeg.global.avutil.av_free;

import io.segwatch.v1.Camera.Stream.Deinterlace;
import org.bytedeco.ffmpeg.avfilter.AVBufferSrcParameters;
import org.bytedeco.ffmpeg.avfilter.AVFilterContext;
import org.bytedeco.ffmpeg.avfilter.AVFilterGraph;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.Pointer;

/**
 * Makes whole pictures of interlaced ones (FFmpeg's bwdif): what stands still keeps every line, what moves is shown as
 * it was at the time of the first field. Each picture comes out when the next one has gone in. Pictures of one size and
 * format; for one thread, which must also close it.
 */
final class Deinterlacer implements AutoCloseable {
    /** FFmpeg's AV_FRAME_FLAG_INTERLACED, which its bindings do not name. */
    static final int INTERLACED = 1 << 3;

    private final AVFilterGraph graph = avfilter_graph_alloc();
    private final AVFilterContext source;
    private final AVFilterContext sink;
    private final int width;
    private final int height;
    private final int format;
    private final Deinterlace how;

    /**
     * For pictures like this one.
     *
     * @param alone whether no picture is to wait for the next
     * @param how whether every picture is taken for interlaced, or only those that say so
     */
    Deinterlacer(AVFrame picture, AVRational timeBase, Deinterlace how, boolean alone) {
        this.how = how;
        width = picture.width();
        height = picture.height();
        format = picture.format();
        graph.nb_threads(1);
        source = filter("buffer");
        sink = filter("buffersink");
        // The one looks at the pictures before and after, the other does without.
        AVFilterContext filter = filter(alone ? "estdif" : "bwdif");
        AVBufferSrcParameters like = av_buffersrc_parameters_alloc();
        like.width(width).height(height).format(format).time_base(timeBase);
        like.sample_aspect_ratio(picture.sample_aspect_ratio());
        like.color_space(picture.colorspace()).color_range(picture.color_range());
        int set = av_buffersrc_parameters_set(source, like);
        av_free(like);
        check(set);
        check(avfilter_init_str(source, (String) null));
        check(avfilter_init_str(
                filter,
                (alone ? "mode=frame" : "mode=send_frame") + ":parity=auto:deint="
                        + (how == Deinterlace.ALWAYS ? "all" : "interlaced")));
        check(avfilter_init_str(sink, (String) null));
        check(avfilter_link(source, 0, filter, 0));
        check(avfilter_link(filter, 0, sink, 0));
        check(avfilter_graph_config(graph, (Pointer) null));
    }

    private AVFilterContext filter(String name) {
        return avfilter_graph_alloc_filter(graph, avfilter_get_by_name(name), name);
    }

    private void check(int result) {
        if (result < 0) {
            close();
            throw new IllegalStateException(
                    "A picture of " + width + "x" + height + " cannot be deinterlaced (" + result + ")");
        }
    }

    boolean takes(AVFrame picture, Deinterlace wanted) {
        return wanted == how && picture.width() == width && picture.height() == height && picture.format() == format;
    }

    /** Takes over the picture; null after the last one. */
    void put(AVFrame picture) {
        int result = av_buffersrc_add_frame(source, picture);
        if (result < 0) {
            throw new IllegalStateException("A picture cannot be deinterlaced (" + result + ")");
        }
    }

    /** Whether {@code picture} is now the next whole picture. */
    boolean get(AVFrame picture) {
        return av_buffersink_get_frame(sink, picture) >= 0;
    }

    @Override
    public void close() {
        avfilter_graph_free(graph);
    }
}
