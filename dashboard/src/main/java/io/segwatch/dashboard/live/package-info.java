/**
 * What happens now. One thread, {@code FactReader}, reads facts from Kafka and hands them on:
 *
 * <pre>
 * frames, observations -> FrameJoiner (one a camera) -> LivePicture -> LiveSockets -> PictureScaler (smaller ones)
 *                         -> Viewing (one a camera of a page) -> LiveSocket (one a page)
 * areas, observations  -> past.Past
 * areas, alerts        -> RecentAreas, RecentAlerts, LiveSockets, EventStreams -> EventStream (one a program)
 * masks of prompts     -> Prompts, LiveSockets
 * </pre>
 *
 * <p>Pages and programs together are bounded by {@code Seats}; a page that answers no pings loses its own, and so does
 * a stream in time. A slow page skips pictures and is sent smaller ones ({@code ViewerPace}), a slow program is
 * disconnected and resumes from the cursor of {@code AlertLog}. {@code Live} is the way in.
 */
package io.segwatch.dashboard.live;
