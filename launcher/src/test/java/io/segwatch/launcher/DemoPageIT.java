package io.segwatch.launcher;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.BoundingBox;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.Frame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A newcomer's visit: the real demo, real footage, the real model, and the page in headless Chromium. */
class DemoPageIT {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final List<String> FLAGS = List.of("--no-sandbox", "--disable-gpu", "--no-first-run");
    private static final double PATIENCE_MS = 120_000;

    /** Frames of the clip in which a cyclist stands still beside a van, and where he is: parts of the picture. */
    private static final int FIRST_FRAME = 110;

    private static final int LAST_FRAME = 134;
    private static final double[] ON_HIS_CHEST = {0.655, 0.38};
    private static final double[] BESIDE_THE_POINT = {0.665, 0.33};
    private static final double[] ON_THE_WALL = {0.9, 0.2};
    private static final double[][] BOX_AROUND_HIM = {{0.54, 0.01}, {0.77, 0.97}};

    @TempDir
    Path folder;

    private final List<String> errors = new ArrayList<>();
    private Page page;

    @Test
    void aTypedQueryAClickAndABoxFindTheCyclistAndTheChartAndTheAlertMove() throws Exception {
        boolean required = "true".equals(System.getenv("CI"));
        assumeTrue(
                required || Files.isExecutable(CHROMIUM),
                "Skipped: there is no " + CHROMIUM + "; install Debian's package chromium to test the page");
        try (DemoProcess demo = DemoProcess.start(folder.resolve("data"));
                Playwright playwright = Playwright.create(
                        new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")))) {
            open(playwright, demo.awaitLivePage());
            aTypedQueryIsDrawnOnTheMan();
            aClickOutlinesHim();
            aBoxOutlinesHim();
            theChartMoves();
            anAlertOpensAndCloses();
            wordsThatNobodyHadTypedAreFoundInThePast();
            assertThat(errors).isEmpty();
            page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target/demo-page.png")));
            assertThat(demo.interrupt()).isEqualTo(130);
        }
    }

    private void open(Playwright playwright, String url) {
        Browser browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(CHROMIUM)
                        .setArgs(FLAGS));
        page = browser.newPage(new Browser.NewPageOptions().setViewportSize(1440, 900));
        page.setDefaultTimeout(PATIENCE_MS);
        page.onPageError(errors::add);
        page.navigate(url);
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
        assertThat(page.getByTestId("live-badge")).hasText("Live");
    }

    private void aTypedQueryIsDrawnOnTheMan() throws IOException {
        page.getByTestId("query-input").fill("man");
        page.keyboard().press("Enter");
        Locator man = page.locator("[data-testid=query-chip][data-query=man]");
        man.waitFor();
        showOnly("man");
        pauseWhereHeStands("man");
        String color = (String) page.evaluate("async () => (await import('/state.js')).state.queries.get('man').color");
        int value = Integer.parseInt(color.substring(1), 16);
        int[] rgb = {value >> 16, value >> 8 & 255, value & 255};
        Pixels chest = pixels(ON_HIS_CHEST);
        for (int c = 0; c < 3; c++) {
            int blended = (int) (chest.picture[c] * 0.55 + rgb[c] * 0.45);
            assertThat(chest.shown[c]).as("channel %d of the chest", c).isCloseTo(blended, Offset.offset(20));
        }
        assertThatNothingIsDrawnOnTheWall();
        showOnly("");
        page.getByTestId("pause").click();
    }

    private void aClickOutlinesHim() throws IOException {
        page.getByTestId("track").uncheck();
        pauseWhereHeStands("man");
        BoundingBox box = page.getByTestId("live-canvas").boundingBox();
        page.getByTestId("live-canvas")
                .click(new Locator.ClickOptions()
                        .setPosition(box.width * ON_HIS_CHEST[0], box.height * ON_HIS_CHEST[1]));
        assertThatHeIsOutlined();
    }

    private void aBoxOutlinesHim() throws IOException {
        pauseWhereHeStands("man");
        BoundingBox box = page.getByTestId("live-canvas").boundingBox();
        page.mouse().move(box.x + box.width * BOX_AROUND_HIM[0][0], box.y + box.height * BOX_AROUND_HIM[0][1]);
        page.mouse().down();
        page.mouse().move(box.x + box.width * 0.65, box.y + box.height * 0.5);
        page.mouse().move(box.x + box.width * BOX_AROUND_HIM[1][0], box.y + box.height * BOX_AROUND_HIM[1][1]);
        page.mouse().up();
        assertThatHeIsOutlined();
    }

    private void assertThatHeIsOutlined() {
        assertThat(page.locator("#stage")).not().hasAttribute("data-instance", "");
        Pixels chest = pixels(BESIDE_THE_POINT);
        for (int c = 0; c < 3; c++) {
            // The mask is white, half of it to half of the picture.
            assertThat(chest.shown[c]).isCloseTo((chest.picture[c] + 255) / 2, Offset.offset(20));
        }
        assertThatNothingIsDrawnOnTheWall();
        page.keyboard().press("Escape");
        assertThat(page.locator("#stage")).hasAttribute("data-instance", "");
    }

    private void assertThatNothingIsDrawnOnTheWall() {
        Pixels wall = pixels(ON_THE_WALL);
        for (int c = 0; c < 3; c++) {
            assertThat(wall.shown[c]).as("channel %d of the wall", c).isCloseTo(wall.picture[c], Offset.offset(6));
        }
    }

    private void theChartMoves() {
        Locator chart = page.getByTestId("area-chart");
        int points = awaitPoints(chart, 1);
        byte[] before = chart.screenshot();
        awaitPoints(chart, points + 8);
        assertThat(chart.screenshot()).isNotEqualTo(before);
    }

    private static int awaitPoints(Locator chart, int least) {
        return await().pollInSameThread()
                .atMost(Duration.ofMillis((long) PATIENCE_MS))
                .until(() -> Integer.parseInt(chart.getAttribute("data-points")), points -> points >= least);
    }

    /** The clip shows people for a second or two and then other things, again and again. */
    private void anAlertOpensAndCloses() {
        Locator open = page.locator("[data-testid=alert-item][data-state=OPEN]").first();
        open.waitFor();
        assertThat(open).containsText("People close to the camera");
        String id = open.getAttribute("data-alert");
        Locator closed = page.locator("[data-testid=alert-item][data-state=CLOSE][data-alert='" + id + "']");
        closed.waitFor();
        assertThat(closed).containsText("Closed");
    }

    private void wordsThatNobodyHadTypedAreFoundInThePast() {
        page.locator("#views [data-view=search]").click();
        page.getByTestId("search-words").fill("bicycle");
        page.keyboard().press("Enter");
        page.getByTestId("search-moment").first().waitFor();
        page.waitForFunction("() => document.querySelector('[data-testid=search-moment] img').naturalWidth > 0");
        assertThat(page.getByTestId("search-said")).containsText("found in");
        page.getByTestId("search-moment").first().click();
        assertThat(page.getByTestId("search-picture")).isVisible();
        assertThat(page.getByTestId("search-detail-facts")).containsText("of the picture");
        page.keyboard().press("Escape");
        page.locator("#views [data-view=camera]").click();
        assertThat(page.getByTestId("live-badge")).isVisible();
    }

    /** Leaves the overlay of one query, or of none. */
    private void showOnly(String query) {
        page.evaluate(
                "async query => { const { state } = await import('/state.js');"
                        + " state.hidden = new Set([...state.queries.keys()].filter(id => id !== query));"
                        + " (await import('/picture.js')).picture.draw(); }",
                query);
    }

    /** Pauses the page as soon as it shows the scene, known by its likeness to the clip, with the query observed. */
    private void pauseWhereHeStands(String query) throws IOException {
        page.evaluate("""
                async ([scenes, width, height, query, patience]) => {
                  const { picture } = await import('/picture.js');
                  picture.pause(false);
                  const small = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
                  const isScene = () => {
                    small.imageSmoothingQuality = 'high';
                    small.drawImage(picture.shown.bitmap, 0, 0, width, height);
                    const { data } = small.getImageData(0, 0, width, height);
                    return scenes.some(scene => {
                      let sum = 0;
                      scene.forEach((grey, i) => {
                        sum += Math.abs(grey - (data[4 * i] + data[4 * i + 1] + data[4 * i + 2]) / 3);
                      });
                      return sum / scene.length < 7;
                    });
                  };
                  await new Promise((found, lost) => {
                    setTimeout(() => lost(new Error('the scene did not come')), patience);
                    const look = () => {
                      if (picture.shown.masks.some(mask => mask.id === query) && isScene()) {
                        picture.removeEventListener('shown', look);
                        picture.pause(true);
                        found();
                      }
                    };
                    picture.addEventListener('shown', look);
                  });
                }
                """, List.of(Scenes.greys(), Scenes.WIDTH, Scenes.HEIGHT, query, PATIENCE_MS));
    }

    /** A place of the canvas, and the same place of the picture under it. */
    private record Pixels(int[] shown, int[] picture) {}

    private Pixels pixels(double[] at) {
        List<?> both = (List<?>) page.evaluate("""
                async ([x, y]) => {
                  const { picture } = await import('/picture.js');
                  const { width, height } = picture.canvas;
                  const bare = new OffscreenCanvas(width, height).getContext('2d');
                  bare.imageSmoothingQuality = 'high';
                  bare.drawImage(picture.shown.bitmap, 0, 0, width, height);
                  return [picture.canvas.getContext('2d'), bare]
                    .map(context => [...context.getImageData(x * width, y * height, 1, 1).data].slice(0, 3));
                }
                """, List.of(at[0], at[1]));
        return new Pixels(ints((List<?>) both.get(0)), ints((List<?>) both.get(1)));
    }

    private static int[] ints(List<?> numbers) {
        return numbers.stream().mapToInt(number -> ((Number) number).intValue()).toArray();
    }

    /** The clip's frames at the lights, small and grey. */
    private static final class Scenes {
        static final int WIDTH = 24;
        static final int HEIGHT = 10;

        static List<List<Integer>> greys() throws IOException {
            Path clip = DemoFootage.defaultCache().resolve("bikes.mp4");
            List<List<Integer>> greys = new ArrayList<>();
            avutil.av_log_set_level(avutil.AV_LOG_FATAL);
            try (FFmpegFrameGrabber grabber = new FFmpegFrameGrabber(clip.toFile())) {
                grabber.setImageWidth(WIDTH);
                grabber.setImageHeight(HEIGHT);
                grabber.setPixelFormat(avutil.AV_PIX_FMT_RGB24);
                grabber.setVideoOption("sws_flags", "area");
                grabber.start();
                for (int i = 0; i <= LAST_FRAME; i++) {
                    Frame frame = grabber.grabImage();
                    if (i >= FIRST_FRAME && i % 4 == 0) {
                        greys.add(grey(frame));
                    }
                }
            }
            return greys;
        }

        private static List<Integer> grey(Frame frame) {
            ByteBuffer rgb = (ByteBuffer) frame.image[0];
            List<Integer> grey = new ArrayList<>();
            for (int y = 0; y < HEIGHT; y++) {
                for (int x = 0; x < WIDTH; x++) {
                    int at = y * frame.imageStride + 3 * x;
                    grey.add(((rgb.get(at) & 255) + (rgb.get(at + 1) & 255) + (rgb.get(at + 2) & 255)) / 3);
                }
            }
            return grey;
        }
    }
}
