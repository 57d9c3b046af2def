package io.segwatch.ingest;

import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;

/** FFmpeg's options for one connection, and which of those that a person set nothing has taken. For one thread. */
final class FfmpegOptions {
    private final Map<String, String> all;
    private final String decoders;
    private final Set<String> untaken;

    FfmpegOptions(InputSpec source) {
        all = source.options;
        untaken = new HashSet<>(source.chosen.keySet());
        // It stands in requests, which are not FFmpeg's.
        untaken.remove(InputSpec.USER_AGENT);
        // FFmpeg's list is of decoders, which are not always called as their codec is.
        decoders = source.codecs.stream()
                .map(avcodec::avcodec_descriptor_get_by_name)
                .filter(Objects::nonNull)
                .map(descriptor -> avcodec.avcodec_find_decoder(descriptor.id()))
                .filter(Objects::nonNull)
                .map(found -> found.name().getString())
                .flatMap(name -> Stream.of(name, name + "_" + HardwareDevice.V4L2))
                .collect(Collectors.joining(","));
    }

    /** For what opens next, with the decoders that a demuxer may open; {@link #taken} frees it. */
    AVDictionary give() {
        AVDictionary options = new AVDictionary(null);
        all.forEach((name, value) -> avutil.av_dict_set(options, name, value, 0));
        avutil.av_dict_set(options, "codec_whitelist", decoders, 0);
        return options;
    }

    /** FFmpeg has opened something with {@code options}, and left in them what it does not know. */
    void taken(AVDictionary options) {
        Set<String> left = new HashSet<>();
        for (var entry = avutil.av_dict_iterate(options, null);
                entry != null && !entry.isNull();
                entry = avutil.av_dict_iterate(options, entry)) {
            left.add(entry.key().getString());
        }
        avutil.av_dict_free(options);
        untaken.retainAll(left);
    }

    /** The name of an option that a person set and that nothing has taken. */
    Optional<String> unknown() {
        return untaken.stream().sorted().findFirst();
    }
}
