package io.segwatch.dashboard;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import io.segwatch.config.Configuration;
import io.segwatch.kafka.TestKafka;
import io.segwatch.secrets.Credentials;
import io.segwatch.secrets.Secrets;
import io.segwatch.v1.Alert;
import io.segwatch.v1.BacktestLimit;
import io.segwatch.v1.BacktestReport;
import io.segwatch.v1.BacktestRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** One broker, one dashboard and one browser, for all classes of page tests that a JVM runs. */
final class SharedPage implements AutoCloseable {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    /** Machines that do other work beside are slow. */
    private static final double PATIENCE_MS = 20_000;

    private static final List<String> FLAGS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    static final PageSearches SEARCHES = new PageSearches();

    final TestKafka kafka = new TestKafka(4);
    final Path folder;
    final DashboardRole role;
    final Browser browser;
    private final Playwright playwright;

    private SharedPage() throws Exception {
        folder = Files.createTempDirectory("segwatch-test-page");
        kafka.start();
        role = DashboardRole.start(
                kafka.kafka(),
                Configuration.of(Map.of("segwatch.dashboard.port", "0")).get(DashboardConfig.class),
                Optional.empty(),
                new Credentials(folder.resolve("credentials")),
                new Secrets(folder.resolve("secrets")),
                SharedPage::backtest,
                Optional.of(SEARCHES),
                RunningDashboard.WEBHOOK_TESTS,
                RunningDashboard.CAMERA_TESTS);
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(CHROMIUM)
                        .setArgs(FLAGS));
    }

    /**
     * A query whose id begins with {@code new} was looked for in no frame; frames that are kept for a search tell of
     * it.
     */
    private static BacktestReport backtest(BacktestRequest request) {
        boolean coarse = request.getQueriesCount() > 0;
        boolean unasked = !coarse && request.getRule().getQuery().startsWith("new");
        BacktestReport.Builder report = BacktestReport.newBuilder()
                .setFrames(coarse ? 120 : 600)
                .setUnanswered(unasked ? 600 : 0)
                .setCoarse(coarse);
        if (coarse) {
            report.setIntervalMs(5_000)
                    .addLimits(BacktestLimit.newBuilder()
                            .setKind(BacktestLimit.Kind.DWELL)
                            .setDwellMs(1_000)
                            .setIntervalMs(5_000));
        }
        return unasked
                ? report.build()
                : report.addAlerts(Alert.newBuilder().setState(Alert.State.OPEN).setAtMs(request.getToMs() - 60_000))
                        .addHistogram(500)
                        .setSuggestedEnter(0.07)
                        .setSuggestedExit(0.04)
                        .build();
    }

    static SharedPage start() {
        assumeTrue(
                "true".equals(System.getenv("CI")) || Files.isExecutable(CHROMIUM),
                "Skipped: there is no " + CHROMIUM + "; install Debian's package chromium to test the page");
        try {
            return new SharedPage();
        } catch (Exception e) {
            throw new IllegalStateException("the page's test rig did not start", e);
        }
    }

    @Override
    public void close() throws IOException {
        playwright.close();
        role.close();
        kafka.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
