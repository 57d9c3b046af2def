package io.segwatch.bench.alerts;

import java.util.List;
import java.util.function.Consumer;

/**
 * What a scene is like, and so how wrong the model is about it. The fields start as on a clear day; the others are of a
 * worse model than the default one, so that a rule that holds here holds there.
 */
final class SceneProfile {
    static final List<SceneProfile> ALL = List.of(
            condition("clear day", clear -> {}),
            condition("noise", noise -> {
                noise.edge = 0.35;
                noise.speckle = 0.01;
                noise.missed = 0.03;
            }),
            condition("fog", fog -> {
                fog.bias = -0.12;
                fog.edge = 0.3;
                fog.missed = 0.08;
                fog.swing = 0.1;
            }),
            condition("night", night -> {
                night.bias = -0.08;
                night.swing = 0.14;
                night.missed = 0.12;
                night.blobsPerMinute = 3;
                night.burstsPerMinute = 3;
            }),
            condition("camera shake", shaken -> {
                shaken.shake = 0.03;
                shaken.dropped = 0.05;
                shaken.missed = 0.04;
            }),
            condition("burnt-in clock", clock -> clock.clock = true),
            condition("occlusion", occluded -> {
                occluded.occlusions = 1;
                occluded.missed = 0.03;
            }),
            condition("flicker", flickering -> {
                flickering.missed = 0.22;
                flickering.burstsPerMinute = 4;
            }),
            condition("all at once", all -> {
                all.bias = -0.08;
                all.swing = 0.12;
                all.edge = 0.3;
                all.missed = 0.1;
                all.speckle = 0.005;
                all.blobsPerMinute = 3;
                all.burstsPerMinute = 3;
                all.shake = 0.015;
                all.dropped = 0.05;
                all.occlusions = 0.5;
                all.clock = true;
            }));

    final String name;
    /** Of the model's score, in radii of the thing: under 0 it sees things smaller than they are. */
    double bias;
    /** Spread of the slow wander of that score. */
    double swing = 0.05;
    /** Spread of that score from pixel to pixel, which frays the mask's edge. */
    double edge = 0.12;
    /** Share of frames in which the model does not see the thing at all. */
    double missed = 0.01;
    /** Share of pixels that are taken for the thing wherever they are. */
    double speckle = 0.0005;
    /** False things: 2 to 15 % of the picture, for up to 1.4 s. */
    double blobsPerMinute = 1;
    /** Moments of up to 1 s in which the thing is seen at half its radius or at one and a half times it. */
    double burstsPerMinute = 1;
    /** Share of frames that never become an observation. */
    double dropped = 0.01;
    /** Spread of the camera's position, in pictures. */
    double shake;
    /** Chance that something else hides a visit for 0.5 to 1.5 s. */
    double occlusions;
    /** A clock is burnt into the picture, and is taken for the thing for seconds at a time. */
    boolean clock;

    private SceneProfile(String name) {
        this.name = name;
    }

    private static SceneProfile condition(String name, Consumer<SceneProfile> change) {
        SceneProfile condition = new SceneProfile(name);
        change.accept(condition);
        return condition;
    }
}
