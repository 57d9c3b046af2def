package io.segwatch.inference.worker;

import io.segwatch.contracts.Rle;
import io.segwatch.inference.model.DecodedMask;
import io.segwatch.inference.model.Encoding;
import io.segwatch.inference.model.Fit;
import io.segwatch.inference.model.MaskPrompt;
import io.segwatch.inference.model.SegmentationModel;
import io.segwatch.kafka.Sender;
import io.segwatch.v1.Box;
import io.segwatch.v1.Frame;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.InstanceMask;
import io.segwatch.v1.Mask;
import io.segwatch.v1.Prompt;
import io.segwatch.v1.PromptPoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Answers prompts from the kept encodings, and follows what is to be followed. For the worker's thread. */
final class PromptAnswers {
    private final SegmentationModel model;
    private final Sender<InstanceMask> sender;
    private final int maxTracks;
    private final RestoreSpace space = new RestoreSpace();
    private final Map<String, Map<String, Track>> tracks = new HashMap<>();

    PromptAnswers(SegmentationModel model, Sender<InstanceMask> sender, int maxTracks) {
        this.model = model;
        this.sender = sender;
        this.maxTracks = maxTracks;
    }

    /** Answers a valid prompt; {@code ring} is null when no frame of the camera has been encoded here. */
    void answer(Prompt prompt, EncodingRing ring) {
        Optional<KeptEncoding> kept =
                ring == null ? Optional.empty() : ring.forPrompt(prompt.getEpoch(), prompt.getSequence());
        if (kept.isEmpty()) {
            refuse(
                    prompt,
                    ring == null
                            ? "no frame of this camera has been encoded yet"
                            : "the frame is no longer kept; prompt a newer one");
            return;
        }
        Map<String, Track> ofCamera = tracks.computeIfAbsent(prompt.getCamera(), camera -> new LinkedHashMap<>());
        if (prompt.getTrack() && !ofCamera.containsKey(prompt.getId()) && ofCamera.size() >= maxTracks) {
            refuse(prompt, "already " + maxTracks + " things are followed on this camera; stop one first");
            return;
        }
        KeptEncoding frame = kept.get();
        DecodedMask mask = model.decode(frame.toPrompt(space), List.of(question(prompt, frame.fit())))
                .get(0);
        Track track = new Track(prompt.getId(), mask, frame.fit());
        if (prompt.getTrack() && track.isAlive()) {
            ofCamera.put(prompt.getId(), track);
        }
        send(prompt.getId(), frame.frame(), frame.capturedAtMs(), mask, frame.fit(), prompt.getTrack());
        WorkerMetrics.PROMPTS.labels("answered").inc();
    }

    /** Follows the camera's things onto a frame that has just been encoded. */
    void follow(Frame frame, Encoding encoding, Fit fit) {
        Map<String, Track> ofCamera = tracks.getOrDefault(frame.getId().getCamera(), Map.of());
        if (ofCamera.isEmpty()) {
            return;
        }
        List<Track> followed = new ArrayList<>(ofCamera.values());
        List<MaskPrompt> questions =
                followed.stream().map(track -> track.next(fit)).toList();
        List<DecodedMask> answers = model.decode(encoding, questions);
        for (int i = 0; i < followed.size(); i++) {
            Track track = followed.get(i);
            if (track.update(answers.get(i), fit)) {
                send(track.prompt(), frame.getId(), frame.getCapturedAtMs(), answers.get(i), fit, true);
            } else if (!track.isAlive()) {
                ofCamera.remove(track.prompt());
                sendLost(track.prompt(), frame.getId(), frame.getCapturedAtMs());
            }
        }
    }

    /** Follows the thing no more. */
    void stop(String camera, String prompt) {
        tracks.getOrDefault(camera, Map.of()).remove(prompt);
    }

    /** Follows nothing of the camera any more, without a word. */
    void stopAll(String camera) {
        tracks.remove(camera);
    }

    /** Gives up everything on a camera: it has connected anew, or another worker owns it now. */
    void loseAll(String camera, FrameId frame, long atMs) {
        Map<String, Track> lost = tracks.remove(camera);
        if (lost != null) {
            lost.keySet().forEach(prompt -> sendLost(prompt, frame, atMs));
        }
    }

    void refuse(Prompt prompt, String reason) {
        WorkerMetrics.PROMPTS.labels("refused").inc();
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

    private static MaskPrompt question(Prompt prompt, Fit fit) {
        MaskPrompt.Builder question = MaskPrompt.builder();
        if (prompt.hasBox()) {
            Box box = prompt.getBox();
            question.box(
                    box.getX0() * fit.validWidth(),
                    box.getY0() * fit.validHeight(),
                    box.getX1() * fit.validWidth(),
                    box.getY1() * fit.validHeight());
        }
        for (PromptPoint point : prompt.getPointsList()) {
            question.point(
                    point.getAt().getX() * fit.validWidth(),
                    point.getAt().getY() * fit.validHeight(),
                    point.getInside());
        }
        return question.build();
    }

    private void send(String prompt, FrameId frame, long atMs, DecodedMask mask, Fit fit, boolean tracked) {
        int width = fit.validColumns(mask.width());
        int height = fit.validRows(mask.height());
        byte[] inside = mask.inside(fit, width, height);
        Mask encoded = Rle.encode(inside, width, height);
        MaskBox box = MaskBox.of(inside, width, height);
        InstanceMask.Builder answer = InstanceMask.newBuilder()
                .setPrompt(prompt)
                .setFrame(frame)
                .setCapturedAtMs(atMs)
                .setMask(encoded)
                .setPredictedIou(mask.iou())
                .setBox(Box.newBuilder()
                        .setX0((double) box.x0() / width)
                        .setY0((double) box.y0() / height)
                        .setX1((double) box.x1() / width)
                        .setY1((double) box.y1() / height))
                .setShare((double) Rle.area(encoded) / (width * height));
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
                        .setError("the thing is no longer found")
                        .build());
    }
}
