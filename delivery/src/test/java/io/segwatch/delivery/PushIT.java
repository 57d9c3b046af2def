package io.segwatch.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.prometheus.client.CollectorRegistry;
import io.segwatch.config.Configuration;
import io.segwatch.contracts.Muting;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.WholeTopic;
import io.segwatch.secrets.Secrets;
import io.segwatch.v1.AccessRecord;
import io.segwatch.v1.Account;
import io.segwatch.v1.Alert;
import io.segwatch.v1.MutedSpan;
import io.segwatch.v1.PushSubscription;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Browsers are told of alerts on cameras that their users may see: encrypted, signed, and until they are gone. */
class PushIT extends DeliverySetup {
    private static TestCa ca;
    private static int numbers;

    private PushService service;

    @BeforeAll
    static void makeCa() throws Exception {
        ca = new TestCa(Files.createDirectory(folder.resolve("ca")));
        new Secrets(secretsFile)
                .putPushKey(new ECKeyGenerator(Curve.P_256).generate().toJSONString());
    }

    @BeforeEach
    void startService() throws Exception {
        service = new PushService(ca.tls("dns:localhost", "-1d"));
        account("anna", false, List.of("door"));
        account("boss", false, List.of());
    }

    @AfterEach
    void stopService() {
        for (String id : subscriptions()) {
            send(Topic.PUSH_SUBSCRIPTIONS, id, null);
        }
        service.close();
        assertThat(service.faults).isEmpty();
    }

    private static void account(String name, boolean disabled, List<String> cameras) {
        Account account = Account.newBuilder()
                .setName(name)
                .setRole(Account.Role.VIEWER)
                .addAllCameras(cameras)
                .setDisabled(disabled)
                .setCreatedAtMs(1)
                .build();
        send(
                Topic.ACCESS,
                "account/" + name,
                AccessRecord.newBuilder().setAccount(account).build());
    }

    private static List<String> subscriptions() {
        Map<String, byte[]> newest = new HashMap<>();
        WholeTopic.read(kafka, Topic.PUSH_SUBSCRIPTIONS).forEach(record -> newest.put(record.key(), record.value()));
        newest.values().removeIf(value -> value == null);
        return List.copyOf(newest.keySet());
    }

    private void subscribe(String id, String user) {
        send(Topic.PUSH_SUBSCRIPTIONS, id, service.subscription(id, user).build());
    }

    private void startPushing(List<String> privateTargets) throws InterruptedException {
        DeliveryConfig config = Configuration.of(Map.of(
                        "segwatch.delivery.instance", "test",
                        "segwatch.delivery.timeout", "20s",
                        "segwatch.delivery.retry-first", "100ms",
                        "segwatch.delivery.ca-file", ca.pem.toString(),
                        "segwatch.delivery.page-url", "https://segwatch.example.com/",
                        "segwatch.delivery.private-targets", String.join(",", privateTargets)))
                .get(DeliveryConfig.class);
        roles.add(DeliveryRole.start(kafka, config, new Secrets(secretsFile)));
    }

    private void startPushing() throws InterruptedException {
        startPushing(List.of("127.0.0.0/8", "::1/128"));
    }

    /** Of a rule of its own, so that the pace holds nothing back. */
    private static Alert opened(String camera) {
        int number = ++numbers;
        return alert(camera, "rule-" + number, number);
    }

    private static void tell(Alert alert) {
        send(Topic.ALERTS, alert.getCamera(), alert);
    }

    /** The group begins at the end of the topic, which nobody outside sees happen. */
    private void awaitTold(String subscription, String camera) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .ignoreException(ConditionTimeoutException.class)
                .untilAsserted(() -> {
                    Alert alert = opened(camera);
                    tell(alert);
                    await().atMost(Duration.ofSeconds(4))
                            .untilAsserted(() -> assertThat(told(subscription)).contains("alerts/" + alert.getId()));
                });
    }

    private List<String> told(String subscription) {
        return service.pushes.stream()
                .filter(push -> push.path().equals("/push/" + subscription))
                .map(push -> push.text().getString("url"))
                .toList();
    }

    @Test
    void aBrowserIsToldOfAlertsOnCamerasOfItsUserEncryptedAndSigned() throws Exception {
        subscribe("phone", "anna");
        subscribe("desk", "boss");
        startPushing();
        awaitTold("phone", "door");
        Alert hidden = opened("gate");
        tell(hidden);
        Alert both = opened("door");
        tell(both);
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(told("phone")).contains("alerts/" + both.getId());
            assertThat(told("desk")).contains("alerts/" + both.getId(), "alerts/" + hidden.getId());
        });
        assertThat(told("phone")).doesNotContain("alerts/" + hidden.getId());

        PushService.Push push = service.pushes.stream()
                .filter(each -> told("phone").contains(each.text().getString("url")))
                .findFirst()
                .orElseThrow();
        assertThat(push.text().getString("title")).startsWith("rule-");
        assertThat(push.text().getString("body")).isEqualTo("door: person covers 7 % of the door");
        assertThat(push.claims().getString("aud")).isEqualTo(service.origin());
        assertThat(push.claims().getString("sub")).isEqualTo("https://segwatch.example.com/");
        assertThat(push.claims().getLong("exp") * 1_000 - System.currentTimeMillis())
                .isBetween(1L, Duration.ofHours(24).toMillis());
        assertThat(push.headers().getFirst("Content-Encoding")).isEqualTo("aes128gcm");
        assertThat(push.headers().getFirst("Urgency")).isEqualTo("high");
        assertThat(push.headers().getFirst("TTL")).isEqualTo("3600");
        assertThat(push.headers().getFirst("Topic")).matches("[A-Za-z0-9_-]{32}");
    }

    @Test
    void neitherMutedAlertsNorMoreThanOneARuleAndMinuteAreTold() throws Exception {
        subscribe("quiet", "boss");
        Alert muted = opened("door");
        MutedSpan span = MutedSpan.newBuilder()
                .setFromMs(muted.getOpenedAtMs())
                .setBy("anna")
                .build();
        String mute = "rule/" + muted.getRule();
        send(Topic.MUTES, mute, Muting.begin(Optional.empty(), mute, span));
        startPushing();
        awaitTold("quiet", "door");
        Alert often = opened("door");
        tell(muted);
        tell(often);
        tell(often.toBuilder().setId("once-more").build());
        awaitTold("quiet", "door");
        assertThat(told("quiet"))
                .contains("alerts/" + often.getId())
                .doesNotContain("alerts/once-more", "alerts/" + muted.getId());
        send(Topic.MUTES, mute, null);
    }

    @Test
    void aSubscriptionGoesWhenItsBrowserIsGoneOrItsAccountIsOff() throws Exception {
        subscribe("lost", "boss");
        PushSubscription old = service.subscription("old", "anna")
                .setCreatedAtMs(System.currentTimeMillis() - Duration.ofHours(1).toMillis())
                .build();
        send(Topic.PUSH_SUBSCRIPTIONS, "old", old);
        startPushing();
        awaitTold("old", "door");
        account("anna", true, List.of("door"));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(subscriptions()).doesNotContain("old"));

        service.answers.add(410);
        tell(opened("door"));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(subscriptions()).doesNotContain("lost"));
    }

    @Test
    void aTestIsSentAgainWhenTheServiceAsksForAPause() throws Exception {
        startPushing();
        service.answers.add(429);
        send(
                Topic.PUSH_SUBSCRIPTIONS,
                "tried",
                service.subscription("tried", "boss")
                        .setTestAtMs(System.currentTimeMillis())
                        .build());
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(told("tried")).containsExactly("alerts"));
    }

    @Test
    void afterARestartNothingIsToldTwiceAndWhatOpenedMeanwhileIs() throws Exception {
        subscribe("again", "boss");
        startPushing();
        awaitTold("again", "door");
        roles.remove(0).close();
        Alert meanwhile = opened("door");
        tell(meanwhile);
        startPushing();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(told("again")).contains("alerts/" + meanwhile.getId()));
        assertThat(told("again")).doesNotHaveDuplicates();
    }

    @Test
    void anAddressInsideTheNetworkIsNotSentTo() throws Exception {
        startPushing(List.of("10.0.0.0/8"));
        double before = failed();
        send(
                Topic.PUSH_SUBSCRIPTIONS,
                "inside",
                service.subscription("inside", "boss")
                        .setTestAtMs(System.currentTimeMillis())
                        .build());
        await().atMost(PATIENCE).until(() -> failed() > before);
        assertThat(service.pushes).isEmpty();
    }

    private static double failed() {
        Double value = CollectorRegistry.defaultRegistry.getSampleValue(
                "segwatch_push_messages_total", new String[] {"outcome"}, new String[] {"failed"});
        return value == null ? 0 : value;
    }
}
