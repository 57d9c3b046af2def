package io.segwatch.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.KeyboardModifier;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.WholeTopic;
import io.segwatch.v1.Prompt;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clicks into the picture, and the outlines that answer them. */
class PromptsPageIT {
    @RegisterExtension
    static final PageRig rig = new PageRig();

    private Page page;

    @BeforeEach
    void open() {
        page = rig.page();
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
        rig.answer(prompt);
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
        rig.answer(prompt);
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
        assertThat(page.getByTestId("live-badge")).hasText("Live", PageRig.textWithin(20));
        page.getByTestId("live-canvas").click();
        Prompt prompt = awaitPrompt(before + 1);
        page.evaluate("async () => { const { picture } = await import('/picture.js');"
                + " const stage = document.getElementById('stage');"
                + " window.drawnWith = new Promise(found => new MutationObserver(() => {"
                + " if (stage.dataset.instance) found(picture.shown.header.sequence); })"
                + ".observe(stage, { attributes: true, attributeFilter: ['data-instance'] })); }");
        Prompt later = prompt.toBuilder().setSequence(prompt.getSequence() + 20).build();
        rig.answer(later);
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
        return WholeTopic.read(rig.kafka(), Topic.PROMPTS).stream()
                .map(record -> Topic.PROMPTS.parse(record.value()))
                .toList();
    }

    private int[] pixel(double x, double y) {
        List<?> rgb = (List<?>) page.evaluate(
                "([x, y]) => { const c = document.getElementById('live');"
                        + " return [...c.getContext('2d').getImageData(x * c.width, y * c.height, 1, 1).data]; }",
                List.of(x, y));
        return rgb.stream().mapToInt(value -> ((Number) value).intValue()).toArray();
    }
}
