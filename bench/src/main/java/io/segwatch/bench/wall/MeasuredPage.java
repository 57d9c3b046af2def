package io.segwatch.bench.wall;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A page in headless Chromium, as large as a desk's, and what it takes. For one thread. */
final class MeasuredPage implements AutoCloseable {
    private static final List<String> FLAGS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");
    private static final double PATIENCE_MS = 120_000;
    private static final String SCRIPT = "() => performance.getEntriesByType('resource')"
            + ".filter(({ name }) => new URL(name).pathname.endsWith('.js'))"
            + ".reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0)";

    /**
     * What was taken by now.
     *
     * @param rendererSeconds of a core, by the processes of pages
     * @param allSeconds of a core, by the whole browser
     * @param heapBytes of the page, after what is not needed was let go
     */
    record Use(long atNanos, double rendererSeconds, double allSeconds, long heapBytes) {}

    private final Playwright playwright;
    private final Browser browser;
    private final String address;
    private final Page page;
    private final CDPSession session;
    private final CDPSession whole;
    private long received;

    MeasuredPage(Path chromium, URI address, String view) {
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(chromium)
                        .setArgs(FLAGS));
        this.address = address.resolve(view).toString();
        page = visitor();
        session = page.context().newCDPSession(page);
        whole = browser.newBrowserCDPSession();
        page.navigate(this.address);
    }

    /** A page of somebody who was never here: nothing is cached. */
    private Page visitor() {
        Page visitor = browser.newContext(new Browser.NewContextOptions().setViewportSize(1600, 1000))
                .newPage();
        visitor.setDefaultTimeout(PATIENCE_MS);
        return visitor;
    }

    void awaitTiles(int tiles) {
        page.waitForFunction("(tiles) => document.querySelectorAll('.tile.live:not(.blank)').length >= tiles", tiles);
    }

    void awaitLive() {
        page.waitForFunction("() => document.querySelector('[data-testid=live-badge]').textContent.includes('Live')");
    }

    /** Time goes on, and the browser's events are heard. */
    void pass(Duration duration) {
        page.waitForTimeout(duration.toMillis());
    }

    /** Of this page, which was the first that the server had to answer. */
    double firstPaintMs() {
        return firstPaintMs(page);
    }

    /** The median of some more visitors, each with an empty cache, beside this page. */
    double firstPaintMs(int visitors) {
        double[] paints = new double[visitors];
        for (int i = 0; i < visitors; i++) {
            Page visitor = visitor();
            visitor.navigate(address);
            paints[i] = firstPaintMs(visitor);
            visitor.context().close();
        }
        Arrays.sort(paints);
        return paints[visitors / 2];
    }

    private static double firstPaintMs(Page page) {
        page.waitForFunction("() => performance.getEntriesByName('first-contentful-paint').length > 0");
        return ((Number) page.evaluate("() => performance.getEntriesByName('first-contentful-paint')[0].startTime"))
                .doubleValue();
    }

    /** All script that was loaded, as it is without compression. */
    double scriptBytes() {
        return ((Number) page.evaluate(SCRIPT)).doubleValue();
    }

    /** Counts what WebSockets bring from now on, which takes time of the browser. */
    void countReceived() {
        session.on("Network.webSocketFrameReceived", event -> {
            JsonObject response = event.getAsJsonObject("response");
            int length = response.get("payloadData").getAsString().length();
            // A binary one is in base64.
            received += response.get("opcode").getAsInt() == 2 ? length * 3L / 4 : length;
        });
        session.send("Network.enable");
    }

    /** Bytes since then. */
    long received() {
        return received;
    }

    Use use() {
        session.send("HeapProfiler.collectGarbage");
        long heap = session.send("Runtime.getHeapUsage").get("usedSize").getAsLong();
        double renderers = 0;
        double all = 0;
        for (JsonElement each : whole.send("SystemInfo.getProcessInfo").getAsJsonArray("processInfo")) {
            JsonObject process = each.getAsJsonObject();
            double seconds = process.get("cpuTime").getAsDouble();
            all += seconds;
            renderers += process.get("type").getAsString().equals("renderer") ? seconds : 0;
        }
        return new Use(System.nanoTime(), renderers, all, heap);
    }

    @Override
    public void close() {
        playwright.close();
    }
}
