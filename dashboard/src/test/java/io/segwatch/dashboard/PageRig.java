package io.segwatch.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.MessageLite;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import io.segwatch.contracts.Rle;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.secrets.Secrets;
import io.segwatch.v1.Camera;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.InstanceMask;
import io.segwatch.v1.Prompt;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;

/**
 * What tests of the page use: the page in a browser, with a drawn street as its first camera. Register it as a static
 * field. All classes of a JVM share one broker, dashboard and browser, which start with the first of them; each class
 * begins with no definition but the street. Facts stay, so give alerts and the like ids that are {@link #unique}.
 *
 * <p>A test fails when one of its pages has reported an error.
 */
final class PageRig implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    static final String STREET = "street";
    /** What a browser says of a request that the service has refused, which a test may want. */
    private static final String REFUSED = "status of 4";

    private static final String AXE = readAxe();
    private static int made;

    private final List<BrowserContext> contexts = new ArrayList<>();
    private final List<String> errors = new ArrayList<>();
    private final List<String> tolerated = new ArrayList<>(List.of(REFUSED));
    private final Map<String, DrawnCamera> drawn = new HashMap<>();
    private SharedPage shared;
    private ScheduledExecutorService clock;

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        shared = context.getStore(StoreScope.LAUNCHER_SESSION, Namespace.create(PageRig.class))
                .getOrComputeIfAbsent(SharedPage.class, key -> SharedPage.start(), SharedPage.class);
        clock = Executors.newSingleThreadScheduledExecutor();
        reset();
        drawn.put(STREET, new DrawnCamera(STREET, shared.kafka.producer(), clock));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        contexts.forEach(BrowserContext::close);
        contexts.clear();
        List<String> found = List.copyOf(errors);
        errors.clear();
        tolerated.retainAll(List.of(REFUSED));
        drawn.values().forEach(camera -> camera.seen().clear());
        assertThat(found).as("errors of the page").isEmpty();
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        if (clock != null) {
            clock.shutdownNow();
            reset();
        }
    }

    /** The page at its own address, 1440 by 900 and light, when its picture is live. */
    Page page() {
        Page page = page(1440, 900, ColorScheme.LIGHT, false);
        page.navigate(url() + "cameras/" + STREET);
        assertThat(page.getByTestId("live-badge"))
                .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(30_000));
        assertThat(page.getByTestId("live-badge")).containsText("Live", within(20));
        return page;
    }

    /** A tab that has been nowhere yet, with storage of its own; it is closed after the test. */
    Page page(int width, int height, ColorScheme theme, boolean touch) {
        BrowserContext context = shared.browser.newContext(new Browser.NewContextOptions()
                .setViewportSize(width, height)
                .setColorScheme(theme)
                .setHasTouch(touch)
                .setIsMobile(touch));
        contexts.add(context);
        context.setDefaultTimeout(20_000);
        Page page = context.newPage();
        page.onPageError(errors::add);
        page.onConsoleMessage(message -> {
            String text = message.text();
            if (message.type().equals("error") && tolerated.stream().noneMatch(text::contains)) {
                errors.add(text);
            }
        });
        return page;
    }

    /** In this test pages may report errors that contain this, for example of a network that is taken away. */
    void tolerate(String part) {
        tolerated.add(part);
    }

    /** Fails on what axe finds wrong in what is shown now. */
    void axe(Page page) {
        page.evaluate("() => {" + AXE + "}");
        List<?> violations = (List<?>)
                page.evaluate(
                        "async () => (await axe.run()).violations"
                                + ".map(({ id, impact, nodes }) => `${id} (${impact}): ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`)");
        assertThat(violations).as("what axe finds").isEmpty();
    }

    private static String readAxe() {
        try (InputStream script = PageRig.class.getResourceAsStream("/axe.min.js")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends with a slash. */
    String url() {
        return shared.role.url();
    }

    DashboardRole role() {
        return shared.role;
    }

    Kafka kafka() {
        return shared.kafka.kafka();
    }

    /** That all tests share. */
    Producer<String, byte[]> producer() {
        return shared.kafka.producer();
    }

    Secrets secrets() throws IOException {
        return new Secrets(shared.folder.resolve("secrets"));
    }

    Path folder() {
        return shared.folder;
    }

    /** A word that no test of this JVM has had before. */
    static String unique(String word) {
        made++;
        return word + "-" + made;
    }

    /** A further camera that is live, until the class ends. */
    DrawnCamera camera(String id, String name) throws Exception {
        ask(
                "POST",
                "/api/cameras",
                new JsonObject().put("id", id).put("name", name).put("url", "file:/" + id + ".mp4"));
        return drawn.computeIfAbsent(id, key -> new DrawnCamera(id, shared.kafka.producer(), clock));
    }

    /** The model finds these queries in the street from now on, until the test ends. */
    void see(String... queries) {
        drawn.get(STREET).seen().addAll(List.of(queries));
    }

    /** Frames of a camera cease, and so does its status. */
    void stop(String camera) {
        drawn.remove(camera).stop();
    }

    /**
     * As a role would write it.
     *
     * @param key the camera's id, for most
     */
    <T extends MessageLite> void send(Topic<T> topic, String key, T fact) throws Exception {
        Kafka.sender(topic, shared.kafka.producer(), "test").send(key, fact).get();
    }

    void forget(Topic<?> topic, String key) throws Exception {
        Kafka.sender(topic, shared.kafka.producer(), "test").delete(key).get();
    }

    /** As a model would answer a prompt on the street: a mask over the left quarter of the frame that was clicked. */
    void answer(Prompt prompt) throws Exception {
        byte[] pixels = new byte[16 * 9];
        for (int y = 0; y < 9; y++) {
            Arrays.fill(pixels, y * 16, y * 16 + 4, (byte) 1);
        }
        FrameId.Builder frame = FrameId.newBuilder()
                .setCamera(STREET)
                .setEpoch(prompt.getEpoch())
                .setSequence(prompt.getSequence());
        send(
                Topic.INSTANCE_MASKS,
                STREET,
                InstanceMask.newBuilder()
                        .setPrompt(prompt.getId())
                        .setFrame(frame)
                        .setMask(Rle.encode(pixels, 16, 9))
                        .setPredictedIou(0.9)
                        .setShare(0.25)
                        .build());
    }

    /** What the API answers; it must be content. */
    JsonObject ask(String method, String path, JsonObject body) throws Exception {
        HttpResponse<String> answer =
                RunningDashboard.send(shared.role, method, path, body == null ? null : body.encode());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
        return answer.body().isEmpty() ? new JsonObject() : new JsonObject(answer.body());
    }

    /** Takes away all definitions but the street, as it was. */
    void reset() throws Exception {
        for (String kind : List.of("rules", "queries", "webhooks", "cameras")) {
            for (Object one : list(kind)) {
                String id = ((JsonObject) one).getString("id");
                if (!id.equals(STREET)) {
                    ask("DELETE", "/api/" + kind + "/" + id, null);
                }
            }
        }
        Camera street = Camera.newBuilder()
                .setId(STREET)
                .setName("Street")
                .setUrl("file:/street.mp4")
                .build();
        send(Topic.CAMERAS, STREET, street);
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            JsonArray cameras = list("cameras");
            assertThat(cameras).hasSize(1);
            JsonObject only = cameras.getJsonObject(0);
            assertThat(only.getString("name")).isEqualTo("Street");
            assertThat(only.getJsonArray("zones", new JsonArray())).isEmpty();
            assertThat(only.getJsonArray("privacyMasks", new JsonArray())).isEmpty();
        });
    }

    private JsonArray list(String kind) throws Exception {
        return ask("GET", "/api/" + kind, null).getJsonArray(kind);
    }

    static LocatorAssertions.ContainsTextOptions within(int seconds) {
        return new LocatorAssertions.ContainsTextOptions().setTimeout(seconds * 1000.0);
    }

    static LocatorAssertions.HasTextOptions textWithin(int seconds) {
        return new LocatorAssertions.HasTextOptions().setTimeout(seconds * 1000.0);
    }
}
