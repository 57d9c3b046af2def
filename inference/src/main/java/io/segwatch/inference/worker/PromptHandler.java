package io.segwatch.inference.worker;

import io.segwatch.contracts.Rle;
import io.segwatch.inference.model.DecodedMask;
import io.segwatch.inference.model.Encoding;
import io.segwatch.inference.model.InputGeometry;
import io.segwatch.inference.model.MaskPrompt;
import io.segwatch.inference.model.SegmentationModel;
import io.segwatch.kafka.Sender;
import io.segwatch.v1.Box;
import io.segwatch.v1.Frame;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.InstanceMask;
import io.segwatch.v1.Prompt;
import io.segwatch.v1.PromptPoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Answers prompts from the cached encodings, and tracks instances from frame to frame. For the worker's thread. */
final class PromptHandler {
    private final SegmentationModel model;
    private final Sender<InstanceMask> sender;
    private final int maxTracks;
    private final Fp32Buffers buffers = new Fp32Buffers();
    private final Map<String, Map<String, Track>> tracks = new HashMap<>();

    PromptHandler(SegmentationModel model, Sender<InstanceMask> sender, int maxTracks) {
        this.model = model;
        this.sender = sender;
        this.maxTracks = maxTracks;
    }

    /** Answers a valid prompt; {@code history} is null when no frame of the camera has been encoded here. */
    void answer(Prompt prompt, EncodingHistory history) {
        Optional<CachedEncoding> cached =
                history == null ? Optional.empty() : history.forPrompt(prompt.getEpoch(), prompt.getSequence());
        if (cached.isEmpty()) {
            refuse(
                    prompt,
                    history == null
                            ? "no frame of this camera has been encoded yet"
                            : "the frame is no longer kept; prompt a newer one");
            return;
        }
        Map<String, Track> ofCamera = tracks.computeIfAbsent(prompt.getCamera(), camera -> new LinkedHashMap<>());
        if (prompt.getTrack() && !ofCamera.containsKey(prompt.getId()) && ofCamera.size() >= maxTracks) {
            refuse(prompt, "already " + maxTracks + " instances are tracked on this camera; stop one first");
            return;
        }
        CachedEncoding frame = cached.get();
        DecodedMask mask = model.decode(frame.toPrompt(buffers), List.of(toMaskPrompt(prompt, frame.geometry())))
                .get(0);
        Track track = new Track(prompt.getId(), mask, frame.geometry());
        if (prompt.getTrack() && track.isAlive()) {
            ofCamera.put(prompt.getId(), track);
        }
        send(prompt.getId(), frame.frame(), frame.capturedAtMs(), mask, frame.geometry(), prompt.getTrack());
        InferenceMetrics.PROMPTS.labels("answered").inc();
    }

    /** Tracks the camera's instances onto a frame that has just been encoded. */
    void track(Frame frame, Encoding encoding, InputGeometry geometry) {
        Map<String, Track> ofCamera = tracks.getOrDefault(frame.getId().getCamera(), Map.of());
        if (ofCamera.isEmpty()) {
            return;
        }
        List<Track> tracked = new ArrayList<>(ofCamera.values());
        List<MaskPrompt> prompts =
                tracked.stream().map(track -> track.next(geometry)).toList();
        List<DecodedMask> answers = model.decode(encoding, prompts);
        for (int i = 0; i < tracked.size(); i++) {
            Track track = tracked.get(i);
            if (track.update(answers.get(i), geometry)) {
                send(track.prompt(), frame.getId(), frame.getCapturedAtMs(), answers.get(i), geometry, true);
            } else if (!track.isAlive()) {
                ofCamera.remove(track.prompt());
                sendLost(track.prompt(), frame.getId(), frame.getCapturedAtMs());
            }
        }
    }

    /** Whether something is tracked on the camera. */
    boolean tracks(String camera) {
        return !tracks.getOrDefault(camera, Map.of()).isEmpty();
    }

    /** Ends one track. */
    void stop(String camera, String prompt) {
        Map<String, Track> ofCamera = tracks.get(camera);
        if (ofCamera != null) {
            ofCamera.remove(prompt);
        }
    }

    /** Ends every track of the camera without an answer. */
    void stopAll(String camera) {
        tracks.remove(camera);
    }

    /** Drops every track of a camera, each with a lost answer: it has reconnected, or another worker owns it now. */
    void dropTracks(String camera, FrameId frame, long atMs) {
        Map<String, Track> lost = tracks.remove(camera);
        if (lost != null) {
            lost.keySet().forEach(prompt -> sendLost(prompt, frame, atMs));
        }
    }

    void refuse(Prompt prompt, String reason) {
        InferenceMetrics.PROMPTS.labels("refused").inc();
        sender.send(
                prompt.getCamera(),
                InstanceMask.newBuilder()
                        .setPrompt(prompt.getId())
                        .setFrame(FrameId.newBuilder()
                                .setCamera(prompt.getCamera())
                                .setEpoch(prompt.getEpoch())
                                .setSequence(prompt.getSequence()))
                        .setError(reason)
                        .build());
    }

    private static MaskPrompt toMaskPrompt(Prompt prompt, InputGeometry geometry) {
        MaskPrompt.Builder maskPrompt = MaskPrompt.builder();
        if (prompt.hasBox()) {
            Box box = prompt.getBox();
            maskPrompt.box(
                    box.getX0() * geometry.validWidth(),
                    box.getY0() * geometry.validHeight(),
                    box.getX1() * geometry.validWidth(),
                    box.getY1() * geometry.validHeight());
        }
        for (PromptPoint point : prompt.getPointsList()) {
            maskPrompt.point(
                    point.getAt().getX() * geometry.validWidth(),
                    point.getAt().getY() * geometry.validHeight(),
                    point.getInside());
        }
        return maskPrompt.build();
    }

    private void send(
            String prompt, FrameId frame, long atMs, DecodedMask mask, InputGeometry geometry, boolean tracked) {
        int width = geometry.validColumns(mask.width());
        int height = geometry.validRows(mask.height());
        byte[] inside = mask.inside(geometry, width, height);
        MaskBox box = MaskBox.of(inside, width, height);
        InstanceMask.Builder answer = InstanceMask.newBuilder()
                .setPrompt(prompt)
                .setFrame(frame)
                .setCapturedAtMs(atMs)
                .setMask(Rle.encode(inside, width, height))
                .setPredictedIou(mask.iou())
                .setBox(Box.newBuilder()
                        .setX0((double) box.x0() / width)
                        .setY0((double) box.y0() / height)
                        .setX1((double) box.x1() / width)
                        .setY1((double) box.y1() / height))
                .setShare((double) box.area() / (width * height));
        if (tracked) {
            answer.setTrack(prompt);
        }
        sender.send(frame.getCamera(), answer.build());
    }

    private void sendLost(String prompt, FrameId frame, long atMs) {
        sender.send(
                frame.getCamera(),
                InstanceMask.newBuilder()
                        .setPrompt(prompt)
                        .setTrack(prompt)
                        .setFrame(frame)
                        .setCapturedAtMs(atMs)
                        .setLost(true)
                        .setError("the instance is no longer found")
                        .build());
    }
}
