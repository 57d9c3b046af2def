package io.segwatch.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Webhooks and their forms. */
class WebhooksPageIT {
    @RegisterExtension
    static final PageRig rig = new PageRig();

    private Page page;

    @BeforeEach
    void open() {
        page = rig.page();
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
        assertThat(item.getByTestId("webhook-status")).containsText("No process posts to it now", PageRig.within(20));
        assertThat(rig.secrets().find("front-desk", "https://example.com:443")).hasSize(1);

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
        assertThat(rig.secrets().find("chat", "https://hooks.slack.com:443")).isEmpty();

        item.getByLabel("Edit webhook Chat").click();
        page.getByTestId("webhook-format").selectOption("STRUCTURED");
        assertThat(page.getByTestId("webhook-secret")).hasValue(Pattern.compile("whsec_.+"));
        page.getByTestId("webhook-form").getByText("Delete").click();
        assertThat(item).hasCount(0);
    }

    private String fetch(String method, String path, String body) {
        return (String) page.evaluate(
                "async ([method, path, body]) => (await fetch(path, { method, ...(body && {"
                        + " body, headers: { 'Content-Type': 'application/json' } }) })).text()",
                Arrays.asList(method, path, body));
    }
}
