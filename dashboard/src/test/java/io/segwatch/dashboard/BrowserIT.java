package io.segwatch.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.MessageLite;
import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.KeyboardModifier;
import io.segwatch.config.Configuration;
import io.segwatch.contracts.Rle;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.TestKafka;
import io.segwatch.kafka.WholeTopic;
import io.segwatch.secrets.Credentials;
import io.segwatch.secrets.Secrets;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import io.segwatch.v1.BacktestReport;
import io.segwatch.v1.Calibration;
import io.segwatch.v1.Camera;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.InstanceMask;
import io.segwatch.v1.Prompt;
import io.segwatch.v1.Spread;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.Producer;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Drives the page in headless Chromium, with a drawn camera and a drawn model behind it. */
class BrowserIT {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final List<String> FLAGS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    @RegisterExtension
    static final TestKafka KAFKA = new TestKafka(4);

    @TempDir
    static Path folder;

    private static Kafka kafka;
    private static DashboardRole role;
    private static Producer<String, byte[]> producer;
    private static ScheduledExecutorService camera;
    private static Playwright playwright;
    private static Browser browser;
    private static final Set<String> queries = ConcurrentHashMap.newKeySet();

    private final List<String> errors = new ArrayList<>();
    private Page page;

    @BeforeAll
    static void start() throws Exception {
        boolean required = "true".equals(System.getenv("CI"));
        assumeTrue(
                required || Files.isExecutable(CHROMIUM),
                "Skipped: there is no " + CHROMIUM + "; install Debian's package chromium to test the page");
        kafka = KAFKA.kafka();
        role = DashboardRole.start(
                kafka,
                Configuration.of(Map.of("segwatch.dashboard.port", "0")).get(DashboardConfig.class),
                Optional.empty(),
                new Credentials(folder.resolve("credentials")),
                new Secrets(folder.resolve("secrets")),
                request -> BacktestReport.newBuilder()
                        .setFrames(600)
                        .addAlerts(Alert.newBuilder().setState(Alert.State.OPEN))
                        .addHistogram(500)
                        .setSuggestedEnter(0.07)
                        .setSuggestedExit(0.04)
                        .build(),
                RunningDashboard.WEBHOOK_TESTS);
        producer = KAFKA.producer();
        Kafka.sender(Topic.CAMERAS, producer, "test")
                .send(
                        "street",
                        Camera.newBuilder()
                                .setId("street")
                                .setName("Street")
                                .setUrl("file:/street.mp4")
                                .build())
                .get();
        Scene scene = new Scene("street", System.currentTimeMillis(), producer);
        camera = Executors.newSingleThreadScheduledExecutor();
        camera.scheduleAtFixedRate(
                () -> scene.sendObservation(scene.sendFrame(), queries.toArray(String[]::new)),
                0,
                150,
                TimeUnit.MILLISECONDS);
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(CHROMIUM)
                        .setArgs(FLAGS));
    }

    @AfterAll
    static void stop() {
        if (role == null) {
            return;
        }
        if (playwright != null) {
            playwright.close();
        }
        camera.shutdownNow();
        role.close();
    }

    @BeforeEach
    void open() {
        page = browser.newPage(new Browser.NewPageOptions().setViewportSize(1440, 900));
        page.setDefaultTimeout(20_000);
        page.onPageError(errors::add);
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") && !message.text().contains("status of 4")) {
                errors.add(message.text());
            }
        });
        page.navigate(role.url());
        assertThat(page.getByTestId("live-badge")).containsText("Live", within(20));
    }

    @AfterEach
    void nothingWentWrongInThePage() {
        page.close();
        assertThat(errors).isEmpty();
    }

    @Test
    void aTypedQueryIsDrawnWhereItsMaskIsAndNowhereElse() {
        page.getByTestId("query-input").fill("car");
        page.keyboard().press("Enter");
        Locator chip = page.locator("[data-testid=query-chip][data-query=car]");
        assertThat(chip).isVisible();
        queries.add("car");
        assertThat(chip.getByTestId("query-share")).hasText("6.8 %", textWithin(20));

        page.getByTestId("pause").click();
        // The car moves 6 pixels a frame, so the place follows from the frame that is shown.
        Map<?, ?> shown = (Map<?, ?>) page.evaluate("async () => { const { picture } = await import('/picture.js');"
                + " return { sequence: picture.shown.header.sequence, color: (await import('/state.js'))"
                + ".state.queries.get('car').color }; }");
        int left = Scene.carX(((Number) shown.get("sequence")).longValue());
        int[] inside = pixel((left + 15) / (double) Scene.WIDTH, 210 / (double) Scene.HEIGHT);
        int[] outside = pixel((left + 220) / (double) Scene.WIDTH, 210 / (double) Scene.HEIGHT);
        int[] color = rgb((String) shown.get("color"));
        int[] lawn = {0x4a, 0x6b, 0x45};
        assertNear(outside, lawn, 12);
        for (int c = 0; c < 3; c++) {
            assertThat(inside[c]).isCloseTo((int) (lawn[c] * 0.55 + color[c] * 0.45), Offset.offset(16));
        }

        page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target/page.png")));
        chip.getByTestId("query-remove").click();
        assertThat(chip).hasCount(0);
        queries.remove("car");
    }

    @Test
    void aClickAsksForOneThingAndItsMaskIsDrawn() throws Exception {
        int before = prompts().size();
        Locator canvas = page.getByTestId("live-canvas");
        BoundingBox box = canvas.boundingBox();
        canvas.click(new Locator.ClickOptions().setPosition(box.width * 0.25, box.height * 0.5));
        Prompt prompt = awaitPrompt(before + 1);
        assertThat(prompt.getPoints(0).getAt().getX()).isCloseTo(0.25, Offset.offset(0.01));
        assertThat(prompt.getPoints(0).getInside()).isTrue();
        assertThat(prompt.getTrack()).isTrue();
        answer(prompt);
        assertThat(page.locator("#stage")).hasAttribute("data-instance", prompt.getId());

        canvas.click(new Locator.ClickOptions()
                .setPosition(box.width * 0.75, box.height * 0.5)
                .setModifiers(List.of(KeyboardModifier.SHIFT)));
        Prompt refined = awaitPrompt(before + 2);
        assertThat(refined.getId()).isEqualTo(prompt.getId());
        assertThat(refined.getPoints(1).getInside()).isFalse();
        // The answered mask is a block at the top left: white over sky.
        int[] masked = pixel(0.02, 0.9);
        assertThat(masked[0]).isGreaterThan(140);

        page.keyboard().press("Escape");
        assertThat(page.locator("#stage")).hasAttribute("data-instance", "");
        Prompt end = awaitPrompt(before + 3);
        assertThat(end.getPointsCount()).isZero();
    }

    @Test
    void anAnswerThatOvertakesTheReplyToItsPromptIsDrawn() throws Exception {
        List<Runnable> replies = new ArrayList<>();
        page.route("**/api/prompts", route -> {
            APIResponse reply = route.fetch();
            replies.add(() -> route.fulfill(new Route.FulfillOptions().setResponse(reply)));
        });
        int before = prompts().size();
        page.getByTestId("live-canvas").click();
        page.waitForCondition(() -> !replies.isEmpty());
        Prompt prompt = awaitPrompt(before + 1);
        answer(prompt);
        assertThat(page.locator("#stage")).hasAttribute("data-instance", prompt.getId());
        replies.forEach(Runnable::run);
        assertThat(page.locator("#stage")).hasAttribute("data-instance", prompt.getId());
        clearPrompt(before + 2);
    }

    @Test
    void anAnswerForAFrameToComeIsSentOnceAndDrawnWithThatFrame() throws Exception {
        int before = prompts().size();
        List<String> answers = new ArrayList<>();
        page.onWebSocket(socket -> socket.onFrameReceived(frame -> {
            String text = frame.text() == null ? new String(frame.binary(), StandardCharsets.UTF_8) : frame.text();
            if (text.contains("\"prompt\":")) {
                answers.add(text);
            }
        }));
        page.reload();
        assertThat(page.getByTestId("live-badge")).hasText("Live", textWithin(20));
        page.getByTestId("live-canvas").click();
        Prompt prompt = awaitPrompt(before + 1);
        page.evaluate("async () => { const { picture } = await import('/picture.js');"
                + " const stage = document.getElementById('stage');"
                + " window.drawnWith = new Promise(found => new MutationObserver(() => {"
                + " if (stage.dataset.instance) found(picture.shown.header.sequence); })"
                + ".observe(stage, { attributes: true, attributeFilter: ['data-instance'] })); }");
        Prompt later = prompt.toBuilder().setSequence(prompt.getSequence() + 20).build();
        answer(later);
        Object drawnWith = page.evaluate("() => window.drawnWith");
        assertThat(((Number) drawnWith).longValue()).isGreaterThanOrEqualTo(later.getSequence());
        assertThat(answers).hasSize(1);
        clearPrompt(before + 2);
    }

    private void clearPrompt(int number) {
        page.getByTestId("prompt-clear").click();
        assertThat(page.locator("#stage")).hasAttribute("data-instance", "");
        assertThat(awaitPrompt(number).getPointsCount()).isZero();
    }

    @Test
    void theChartFillsAndAnAlertOpensAndCloses() throws Exception {
        page.getByTestId("query-input").fill("lorry");
        page.keyboard().press("Enter");
        assertThat(page.locator("[data-query=lorry]")).isVisible();
        long start = System.currentTimeMillis() / 1000 * 1000 - 10_000;
        for (int i = 0; i < 10; i++) {
            send(
                    Topic.AREAS,
                    Area.newBuilder()
                            .setCamera("street")
                            .setQuery("lorry")
                            .setWindowStartMs(start + i * 1000)
                            .setWindowMs(1000)
                            .setMean(0.01 * i)
                            .setFramesSeen(7)
                            .build());
        }
        assertThat(page.locator("#area-chart .u-over")).isVisible();
        // A function: an expression would be polled with eval, which the page's policy forbids.
        page.waitForFunction("() => Number(document.getElementById('area-chart').dataset.points) >= 10");

        Alert open = Alert.newBuilder()
                .setId("alert-1")
                .setRule("r")
                .setRuleName("Lorry in the street")
                .setCamera("street")
                .setState(Alert.State.OPEN)
                .setOpenedAtMs(System.currentTimeMillis())
                .setReason("lorry covered 7 % for 2 s")
                .build();
        send(Topic.ALERTS, open);
        Locator item = page.getByTestId("alert-item");
        assertThat(item).hasAttribute("data-state", "OPEN");
        assertThat(item).containsText("lorry covered 7 % for 2 s");
        send(
                Topic.ALERTS,
                open.toBuilder()
                        .setState(Alert.State.CLOSE)
                        .setDurationMs(65_000)
                        .build());
        assertThat(item).hasAttribute("data-state", "CLOSE");
        assertThat(item).containsText("1 min 5 s");
    }

    @Test
    void aRuleIsTriedOnThePastAndArmedWithTheSuggestedThreshold() {
        page.getByTestId("query-input").fill("bus");
        page.keyboard().press("Enter");
        assertThat(page.locator("[data-query=bus]")).isVisible();
        page.getByTestId("rule-add").click();
        page.getByTestId("rule-name").fill("Bus stops");
        page.getByTestId("backtest").click();
        assertThat(page.getByTestId("backtest-result")).containsText("Would have fired 1 time");
        page.getByTestId("backtest-apply").click();
        assertThat(page.getByTestId("rule-enter")).hasValue("7");
        page.getByTestId("rule-form-save").click();
        assertThat(page.getByTestId("rule-item")).containsText("Bus stops");
        assertThat(page.getByTestId("rule-item")).containsText("7.0 %");
    }

    @Test
    void aRulesFormShowsWhatIsUsualAndTakesTheSuggestedThresholds() throws Exception {
        page.getByTestId("query-input").fill("tram");
        page.keyboard().press("Enter");
        assertThat(page.locator("[data-query=tram]")).isVisible();
        Spread.Builder share = Spread.newBuilder()
                .setSamples(900)
                .setAbsent(0.5)
                .addAllQuantiles(List.of(0.0, 0.0, 0.0, 0.0, 0.01, 0.02, 0.03, 0.04, 0.05))
                .setSuggestedEnter(0.08)
                .setSuggestedExit(0.05);
        for (int bin = 0; bin < 100; bin++) {
            share.addHistogram(bin < 6 ? 150 : 0).addBaselineHistogram(bin < 3 ? 300 : 0);
        }
        Calibration calibration = Calibration.newBuilder()
                .setCamera("street")
                .setQuery("tram")
                .setSinceMs(System.currentTimeMillis())
                .setBaselineAtMs(System.currentTimeMillis())
                .setShare(share)
                .setDriftKnown(true)
                .setDrift(0.31)
                .setDrifted(true)
                .setUsualKnown(true)
                .setUsualMean(0.02)
                .setUsualDeviation(0.01)
                .build();
        Kafka.sender(Topic.CALIBRATIONS, producer, "test")
                .send("street//tram", calibration)
                .get();
        page.waitForFunction(
                "async () => (await (await fetch('/api/calibration?query=tram')).json()).calibrations.length === 1");
        page.getByTestId("rule-add").click();
        page.getByTestId("rule-query").selectOption("tram");

        assertThat(page.getByTestId("calibration")).containsText("50 % had none");
        assertThat(page.getByTestId("calibration").locator("canvas")).isVisible();
        assertThat(page.getByTestId("calibration-usual"))
                .hasText("Baseline for this hour: 2.0 %, standard deviation 1.0 %.");
        assertThat(page.getByTestId("calibration-drift")).containsText("Drifted: 31 % away");
        page.getByTestId("calibration-apply").click();
        assertThat(page.getByTestId("rule-enter")).hasValue("8");
        assertThat(page.getByTestId("rule-exit")).hasValue("5");
        page.getByTestId("baseline-accept").click();
        assertThat(page.getByTestId("calibration-drift")).containsText("Accepted");

        page.getByTestId("rule-measure").selectOption("CHANGE");
        assertThat(page.getByTestId("rule-enter")).hasValue("3");
        page.getByTestId("rule-below").check();
        assertThat(page.getByTestId("rule-form")).containsText("Trigger below");
        assertThat(page.getByTestId("rule-enter")).hasValue("-3");
        assertThat(page.getByTestId("rule-exit")).hasValue("-1.8");
        page.getByTestId("rule-below").uncheck();
        assertThat(page.getByTestId("rule-exit")).hasValue("1.8");
        page.getByTestId("rule-name").fill("More trams than usual");
        page.getByTestId("rule-more").locator("summary").click();
        page.getByTestId("rule-cap").fill("4");
        page.getByTestId("rule-schedule").check();
        page.getByTestId("rule-from").fill("22:00");
        page.getByTestId("rule-to").fill("06:00");
        page.getByTestId("rule-form-save").click();
        assertThat(page.getByTestId("rule-item")
                        .filter(new Locator.FilterOptions().setHasText("More trams than usual")))
                .containsText("tram differs from its hourly baseline by 3.0 standard deviations or more");
        String rules = page.evaluate("async () => JSON.stringify((await (await fetch('/api/rules')).json()).rules"
                        + ".find((rule) => rule.measure === 'CHANGE'))")
                .toString();
        assertThat(rules).contains("\"maxAlertsPerHour\":4", "\"startMinute\":1320,\"endMinute\":360");
    }

    @Test
    void aRuleForSeveralCamerasKeepsThemWhenItsFormIsSaved() {
        fetch("POST", "/api/cameras", "{\"id\":\"yard\",\"url\":\"file:/yard.mp4\"}");
        fetch("POST", "/api/queries", "{\"id\":\"dog\",\"text\":\"dog\"}");
        fetch(
                "POST",
                "/api/rules",
                "{\"id\":\"dogs\",\"query\":\"dog\",\"enter\":0.1,\"exit\":0.05,\"cameras\":[\"street\",\"yard\"]}");
        page.getByLabel("Edit rule dogs").click();
        page.getByTestId("rule-name").fill("Dogs");
        page.getByTestId("rule-form-save").click();
        assertThat(page.getByTestId("rule-item").filter(new Locator.FilterOptions().setHasText("Dogs")))
                .isVisible();
        assertThat(fetch("GET", "/api/rules/dogs", null)).contains("\"cameras\":[\"street\",\"yard\"]");
        fetch("DELETE", "/api/rules/dogs", null);
        fetch("DELETE", "/api/cameras/yard", null);
    }

    @Test
    void aFormThatIsOlderThanItsRuleSaysSoAndReloads() {
        fetch("POST", "/api/queries", "{\"id\":\"cat\",\"text\":\"cat\"}");
        fetch("POST", "/api/rules", "{\"id\":\"cats\",\"query\":\"cat\",\"enter\":0.1,\"exit\":0.05}");
        page.getByLabel("Edit rule cats").click();
        page.getByTestId("rule-name").fill("Mine");
        fetch("PUT", "/api/rules/cats", "{\"query\":\"cat\",\"name\":\"Theirs\",\"enter\":0.2,\"exit\":0.05}");
        page.getByTestId("rule-form-save").click();
        assertThat(page.getByTestId("rule-form-stale")).isVisible();
        assertThat(fetch("GET", "/api/rules/cats", null)).contains("\"name\":\"Theirs\"");

        page.getByTestId("rule-form-reload").click();
        assertThat(page.getByTestId("rule-name")).hasValue("Theirs");
        assertThat(page.getByTestId("rule-enter")).hasValue("20");
        page.getByTestId("rule-name").fill("Ours");
        page.getByTestId("rule-form-save").click();
        assertThat(page.getByTestId("rule-form")).hasCount(0);
        assertThat(page.getByTestId("rule-item").filter(new Locator.FilterOptions().setHasText("Ours")))
                .containsText("cat covers 20.0 % or more of the picture");
        fetch("DELETE", "/api/rules/cats", null);
    }

    @Test
    void aZoneIsDrawnOnThePictureAndKeptWithTheCamera() {
        Locator canvas = page.getByTestId("live-canvas");
        assertThat(page.getByTestId("live-badge")).hasText("Live");
        page.getByTestId("zone-add").click();
        BoundingBox box = canvas.boundingBox();
        for (double[] corner : new double[][] {{0.2, 0.2}, {0.8, 0.2}, {0.5, 0.9}}) {
            canvas.click(new Locator.ClickOptions().setPosition(box.width * corner[0], box.height * corner[1]));
        }
        page.keyboard().press("Enter");
        page.getByTestId("zone-name").fill("Middle");
        page.getByTestId("zone-form-save").click();
        assertThat(page.getByTestId("zone-item")).containsText("Middle");
        page.reload();
        assertThat(page.getByTestId("zone-item")).containsText("Middle");
        assertThat(page.getByTestId("chart-zone").locator("option")).hasCount(2);
    }

    @Test
    void aPrivacyMaskIsDrawnAsAZoneIsAndKeptApart() {
        assertThat(page.getByTestId("live-badge")).hasText("Live");
        page.getByTestId("zone-add").click();
        BoundingBox box = page.getByTestId("live-canvas").boundingBox();
        for (double[] corner : new double[][] {{0.1, 0.1}, {0.3, 0.1}, {0.2, 0.4}}) {
            page.getByTestId("live-canvas")
                    .click(new Locator.ClickOptions().setPosition(box.width * corner[0], box.height * corner[1]));
        }
        page.keyboard().press("Enter");
        page.getByTestId("zone-name").fill("Neighbour");
        page.getByTestId("zone-kind").selectOption("MASK");
        page.getByTestId("zone-form-save").click();
        Locator row = page.getByTestId("zone-item").filter(new Locator.FilterOptions().setHasText("Neighbour"));
        assertThat(row).containsText("■");
        assertThat(page.locator("body")).containsText("frames from before are as they were");
        assertThat(fetch("GET", "/api/cameras/street", null)).contains("\"privacyMasks\":[{\"name\":\"Neighbour\"");
        page.getByLabel("Edit zone Neighbour").click();
        page.getByTestId("zone-form").getByText("Delete").click();
        assertThat(row).hasCount(0);
        assertThat(fetch("GET", "/api/cameras/street", null)).contains("\"privacyMasks\":[]");
    }

    @Test
    void aWebhookIsAddedWithASecretThatTheServiceNeverShowsAgain() throws Exception {
        page.getByTestId("webhook-add").click();
        page.getByTestId("webhook-url").fill("https://example.com/alerts");
        page.getByTestId("webhook-name").fill("Front desk");
        String secret = page.getByTestId("webhook-secret").inputValue();
        page.getByTestId("webhook-form-save").click();
        Locator item = page.locator("[data-testid=webhook-item][data-webhook=front-desk]");
        assertThat(item).containsText("example.com: all rules on all cameras");
        assertThat(item.getByTestId("webhook-status")).containsText("No process posts to it now", within(20));
        assertThat(new Secrets(folder.resolve("secrets")).find("front-desk", "https://example.com:443"))
                .hasSize(1);

        item.getByLabel("Edit webhook Front desk").click();
        assertThat(page.getByTestId("webhook-secret")).hasValue("");
        assertThat(page.content()).doesNotContain(secret);
        page.getByTestId("webhook-test").click();
        assertThat(page.getByTestId("webhook-test-result"))
                .hasText(
                        Pattern.compile("Not accepted \\(answer 404, \\d+ ms\\): asked of https://example.com/alerts"));
        page.getByTestId("webhook-form").getByText("Delete").click();
        assertThat(item).hasCount(0);
    }

    @Test
    void aChatServicesAddressChoosesItsFormatAndNeedsNoSecret() throws Exception {
        page.getByTestId("webhook-add").click();
        page.getByTestId("webhook-url").fill("https://hooks.slack.com/services/T/B/X");
        page.getByTestId("webhook-name").fill("Chat");
        assertThat(page.getByTestId("webhook-format")).hasValue("SLACK");
        assertThat(page.getByTestId("webhook-secret")).isHidden();
        page.getByTestId("webhook-form-save").click();
        Locator item = page.locator("[data-testid=webhook-item][data-webhook=chat]");
        assertThat(item).containsText("hooks.slack.com: all rules on all cameras");
        assertThat(fetch("GET", "/api/webhooks/chat", null)).contains("\"format\":\"SLACK\"");
        assertThat(new Secrets(folder.resolve("secrets")).find("chat", "https://hooks.slack.com:443"))
                .isEmpty();

        item.getByLabel("Edit webhook Chat").click();
        page.getByTestId("webhook-format").selectOption("STRUCTURED");
        assertThat(page.getByTestId("webhook-secret")).hasValue(Pattern.compile("whsec_.+"));
        page.getByTestId("webhook-form").getByText("Delete").click();
        assertThat(item).hasCount(0);
    }

    @Test
    void aWrongCameraAddressIsExplainedInTheForm() {
        page.getByTestId("camera-add").click();
        page.getByTestId("camera-url").fill("ftp://camera");
        page.getByTestId("camera-form-save").click();
        assertThat(page.getByTestId("camera-form")).containsText("rtsp://");
        assertThat(page.getByTestId("camera-url")).hasAttribute("aria-invalid", "true");
        assertThat(page.locator("#url-problem")).containsText("rtsp");
        assertThat(page.getByTestId("camera-form").locator(".problems")).isEmpty();
        page.keyboard().press("Escape");
        assertThat(page.getByTestId("camera-item")).hasCount(1);
    }

    private String fetch(String method, String path, String body) {
        return (String) page.evaluate(
                "async ([method, path, body]) => (await fetch(path, { method, ...(body && {"
                        + " body, headers: { 'Content-Type': 'application/json' } }) })).text()",
                Arrays.asList(method, path, body));
    }

    private int[] pixel(double x, double y) {
        List<?> rgb = (List<?>) page.evaluate(
                "([x, y]) => { const c = document.getElementById('live');"
                        + " return [...c.getContext('2d').getImageData(x * c.width, y * c.height, 1, 1).data]; }",
                List.of(x, y));
        return rgb.stream().mapToInt(value -> ((Number) value).intValue()).toArray();
    }

    private static int[] rgb(String color) {
        int value = Integer.parseInt(color.substring(1), 16);
        return new int[] {value >> 16, value >> 8 & 255, value & 255};
    }

    private static void assertNear(int[] actual, int[] expected, int offset) {
        for (int c = 0; c < 3; c++) {
            assertThat(actual[c]).isCloseTo(expected[c], Offset.offset(offset));
        }
    }

    /** A mask over the left quarter of the picture, for the frame that was clicked. */
    private static void answer(Prompt prompt) throws Exception {
        byte[] pixels = new byte[16 * 9];
        for (int y = 0; y < 9; y++) {
            Arrays.fill(pixels, y * 16, y * 16 + 4, (byte) 1);
        }
        send(
                Topic.INSTANCE_MASKS,
                InstanceMask.newBuilder()
                        .setPrompt(prompt.getId())
                        .setFrame(FrameId.newBuilder()
                                .setCamera("street")
                                .setEpoch(prompt.getEpoch())
                                .setSequence(prompt.getSequence()))
                        .setMask(Rle.encode(pixels, 16, 9))
                        .setPredictedIou(0.9)
                        .setShare(0.25)
                        .build());
    }

    private static Prompt awaitPrompt(int number) {
        List<Prompt> prompts = new ArrayList<>();
        await().atMost(Duration.ofSeconds(15)).until(() -> {
            prompts.clear();
            prompts.addAll(prompts());
            return prompts.size() >= number;
        });
        return prompts.get(number - 1);
    }

    private static List<Prompt> prompts() {
        return WholeTopic.read(kafka, Topic.PROMPTS).stream()
                .map(record -> Topic.PROMPTS.parse(record.value()))
                .toList();
    }

    private static <T extends MessageLite> void send(Topic<T> topic, T fact) throws Exception {
        Kafka.sender(topic, producer, "test").send("street", fact).get();
    }

    private static LocatorAssertions.ContainsTextOptions within(int seconds) {
        return new LocatorAssertions.ContainsTextOptions().setTimeout(seconds * 1000.0);
    }

    private static LocatorAssertions.HasTextOptions textWithin(int seconds) {
        return new LocatorAssertions.HasTextOptions().setTimeout(seconds * 1000.0);
    }
}
