package io.segwatch.launcher;

import io.segwatch.broker.EmbeddedBroker;
import io.segwatch.broker.PrivateFolder;
import io.segwatch.config.Configuration;
import io.segwatch.dashboard.DashboardConfig;
import io.segwatch.dashboard.DashboardRole;
import io.segwatch.dashboard.listen.Authority;
import io.segwatch.dashboard.tls.ServerTls;
import io.segwatch.dashboard.tls.TlsConfig;
import io.segwatch.delivery.DeliveryConfig;
import io.segwatch.delivery.DeliveryRole;
import io.segwatch.inference.model.TextModel;
import io.segwatch.inference.search.Search;
import io.segwatch.inference.worker.InferenceConfig;
import io.segwatch.inference.worker.InferenceRole;
import io.segwatch.ingest.CameraTests;
import io.segwatch.ingest.IngestConfig;
import io.segwatch.ingest.IngestRole;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.TopicSetup;
import io.segwatch.kafka.UnusableKafka;
import io.segwatch.past.Backtester;
import io.segwatch.role.Role;
import io.segwatch.role.WebhookReach;
import io.segwatch.secrets.Credentials;
import io.segwatch.secrets.SealedSecrets;
import io.segwatch.secrets.Secrets;
import io.segwatch.topology.TopologyConfig;
import io.segwatch.topology.TopologyRole;
import io.segwatch.topology.backtest.Backtest;
import io.segwatch.v1.Camera;
import io.segwatch.v1.CameraTest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The roles that run in this process, and what they stand on. Closing it stops them in the reverse order. */
final class Node implements AutoCloseable {
    /** What a process can be asked to run, in the order in which it starts. */
    enum RoleName {
        BROKER,
        TOPOLOGY,
        INFERENCE,
        DELIVERY,
        DASHBOARD,
        INGEST
    }

    private static final Logger log = LoggerFactory.getLogger(Node.class);

    private final Configuration configuration;
    private final Consumer<String> progress;
    private final List<Role> roles = new CopyOnWriteArrayList<>();
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private AdminServer admin;
    private Kafka kafka;
    private DashboardRole dashboard;
    /** Of the worker in this process; null when that is another. */
    private TextModel running;

    private Node(Configuration configuration, Consumer<String> progress) {
        this.configuration = configuration;
        this.progress = progress;
    }

    /**
     * Starts the roles.
     *
     * @param progress gets a line for each thing that is being started
     * @throws IOException when a port or a folder cannot be used; what had been started is stopped again
     */
    static Node start(Configuration configuration, Set<RoleName> names, Consumer<String> progress)
            throws IOException, InterruptedException {
        Node node = new Node(configuration, progress);
        try {
            node.start(names);
            return node;
        } catch (IOException | InterruptedException | RuntimeException e) {
            node.close();
            throw e;
        }
    }

    private void start(Set<RoleName> names) throws IOException, InterruptedException {
        NodeConfig config = configuration.get(NodeConfig.class);
        closeToOthers(config.dataDir());
        NativeLibraries.prepare(config.dataDir());
        if ("root".equals(System.getProperty("user.name"))) {
            log.warn(
                    "This process runs as root, which it never needs: whoever breaks into it has the whole machine. Run"
                            + " it as a user of its own, who owns segwatch.data-dir.");
        }
        Optional<ServerTls> tls = startTls(names, config);
        boolean sealed = configuration.get(TlsConfig.class).admin();
        // First, so that an orchestrator sees a slow start rather than nothing.
        admin = keep(AdminServer.start(
                config.admin().host(),
                config.admin().port(),
                tls.filter(certificate -> sealed),
                adminNames(config, names),
                () -> roles));
        keep(ProcessMetrics.show(config.dataDir(), () -> roles));
        Optional<BrokerRole> broker =
                names.contains(RoleName.BROKER) ? Optional.of(startBroker(config)) : Optional.empty();
        DiskBound bound = tellSizes(broker.isPresent() ? setUp(config, broker.get()) : awaitKafka(config));
        if (broker.isPresent()) {
            bound.shortage(config.brokerFolder()).ifPresent(log::warn);
        }
        if (names.contains(RoleName.TOPOLOGY)) {
            progress.accept("Starting areas and alerts");
            keepRole(TopologyRole.start(kafka, configuration.get(TopologyConfig.class)));
        }
        if (names.contains(RoleName.INFERENCE)) {
            progress.accept("Loading the model");
            running = keepRole(InferenceRole.start(kafka, configuration.get(InferenceConfig.class)))
                    .words();
        }
        startOutside(names, config, tls);
        // Last: a process with nothing but a broker must not pass for ready.
        broker.ifPresent(roles::add);
    }

    private List<TopicSetup.Size> setUp(NodeConfig config, BrokerRole broker) throws IOException, InterruptedException {
        kafka = local(broker.broker(), config.kafka().partitions());
        return topics(config).apply();
    }

    private List<TopicSetup.Size> awaitKafka(NodeConfig config) throws IOException, InterruptedException {
        try (WaitingRole waiting = new WaitingRole(roles)) {
            while (true) {
                // Each time: the broker of another process writes at its first start with what it lets clients in.
                kafka = config.connect();
                try {
                    kafka.check();
                    return topics(config).apply();
                } catch (UnusableKafka e) {
                    waiting.again(e);
                }
            }
        }
    }

    private TopicSetup topics(NodeConfig config) throws IOException {
        return new TopicSetup(kafka, RetentionPlan.of(configuration), TopicSettings.of(config));
    }

    /** The roles that speak to cameras, receivers and people, and so know secrets. */
    private void startOutside(Set<RoleName> names, NodeConfig config, Optional<ServerTls> tls)
            throws IOException, InterruptedException {
        if (Collections.disjoint(names, EnumSet.of(RoleName.DELIVERY, RoleName.DASHBOARD, RoleName.INGEST))) {
            return;
        }
        SealedSecrets sealed = keep(SealedSecrets.open(kafka, config.secretsKeyFile()));
        Credentials credentials = new Credentials(sealed, config.credentialsFile());
        DeliveryConfig delivery = configuration.get(DeliveryConfig.class);
        Secrets secrets = new Secrets(sealed, delivery.secretsFile());
        if (names.contains(RoleName.DASHBOARD)) {
            new SecretsTakeover(kafka, credentials, secrets).run();
            renew(sealed);
        }
        Optional<WebhookReach> webhookReach = Optional.empty();
        if (names.contains(RoleName.DELIVERY)) {
            progress.accept("Starting deliveries");
            DeliveryRole deliveries = keepRole(DeliveryRole.start(kafka, delivery, secrets));
            webhookReach = Optional.of(deliveries);
        }
        if (names.contains(RoleName.DASHBOARD)) {
            progress.accept("Starting the page");
            Optional<Search> search = startSearch();
            Backtester backtester =
                    new Backtest(kafka, configuration.get(TopologyConfig.class), search.map(each -> each));
            dashboard = keepRole(DashboardRole.start(
                    kafka,
                    configuration.get(DashboardConfig.class),
                    tls,
                    credentials,
                    secrets,
                    backtester,
                    search.map(each -> each),
                    webhookReach,
                    cameraTests(names)));
        }
        if (names.contains(RoleName.INGEST)) {
            progress.accept("Starting the cameras");
            // Without this process there is no Kafka, either: nobody could go on with its cameras.
            boolean share = !names.contains(RoleName.BROKER);
            IngestRole ingest =
                    keepRole(IngestRole.start(kafka, configuration.get(IngestConfig.class), credentials, share));
            if (dashboard != null) {
                dashboard.takePicturesFrom(ingest::nextPicture);
            }
        }
    }

    /** Where there is a model's directory; its words are loaded when somebody searches. */
    private Optional<Search> startSearch() {
        InferenceConfig inference = configuration.get(InferenceConfig.class);
        boolean words = running != null || Files.isRegularFile(inference.model().resolve("model.json"));
        return words ? Optional.of(keep(new Search(kafka, inference, Optional.ofNullable(running)))) : Optional.empty();
    }

    private Optional<BiFunction<Camera, Credentials, CompletionStage<CameraTest>>> cameraTests(Set<RoleName> names) {
        return names.contains(RoleName.INGEST)
                ? Optional.of(new CameraTests(configuration.get(IngestConfig.class))::test)
                : Optional.empty();
    }

    private static void renew(SealedSecrets sealed) {
        try {
            sealed.renew();
        } catch (IOException e) {
            // What needs them says so, too.
            log.warn("Secrets could not be encrypted anew: {}", e.getMessage());
        }
    }

    /** Also the state of the topology, in an earlier version's folder too. */
    private static void closeToOthers(Path dataDir) {
        try {
            PrivateFolder.close(dataDir);
        } catch (IOException e) {
            // A role alone may have nothing to write, and a disk that is read-only; who needs the folder says so.
            log.debug("There is no data folder at {}", dataDir, e);
        }
    }

    private static Kafka local(EmbeddedBroker broker, int partitions) {
        return Kafka.local(broker.bootstrapServers(), broker.clientSettings(), partitions);
    }

    private Optional<ServerTls> startTls(Set<RoleName> roleNames, NodeConfig config) {
        List<String> names = new ArrayList<>(List.of(config.admin().host()));
        // A process without the page is not asked for what the page needs, such as its token.
        if (roleNames.contains(RoleName.DASHBOARD)) {
            DashboardConfig page = configuration.get(DashboardConfig.class);
            names.add(page.host());
            page.publicUrl().map(url -> URI.create(url).getHost()).ifPresent(names::add);
        }
        Optional<ServerTls> tls = ServerTls.start(
                configuration.get(TlsConfig.class), config.dataDir().resolve("tls"), names);
        tls.ifPresent(this::keep);
        tls.filter(ServerTls::selfSigned)
                .ifPresent(own -> progress.accept("Certificate, signed by itself: SHA-256 "
                        + own.certificate().fingerprint()));
        return tls;
    }

    private BrokerRole startBroker(NodeConfig config) throws IOException, InterruptedException {
        progress.accept("Starting the embedded Kafka broker");
        return keep(new BrokerRole(EmbeddedBroker.start(
                config.brokerFolder(),
                config.broker().port(),
                config.broker().minFree().bytes())));
    }

    /** By which the admin port may be called: other processes call it as the topology role tells them to. */
    private Set<String> adminNames(NodeConfig config, Set<RoleName> roleNames) {
        List<String> told = new ArrayList<>(config.admin().names().orElse(List.of()));
        told.add(config.admin().host());
        if (roleNames.contains(RoleName.TOPOLOGY)) {
            told.add(configuration.get(TopologyConfig.class).applicationServer());
        }
        return told.stream().map(name -> Authority.parse(name).host()).collect(Collectors.toSet());
    }

    private static DiskBound tellSizes(List<TopicSetup.Size> sizes) {
        sizes.forEach(RetentionMetrics::set);
        DiskBound bound = new DiskBound(sizes);
        log.info(bound.text());
        return bound;
    }

    Kafka kafka() {
        return kafka;
    }

    /** Address of the page; only when this process runs the dashboard. */
    String pageUrl() {
        return dashboard.url();
    }

    int adminPort() {
        return admin.port();
    }

    /** One sentence for each role that cannot do its work now. */
    List<String> notReady() {
        List<String> reasons = new ArrayList<>();
        roles.forEach(role -> role.notReady().ifPresent(reason -> reasons.add(role.name() + ": " + reason)));
        return reasons;
    }

    private <T extends AutoCloseable> T keep(T part) {
        started.push(part);
        return part;
    }

    private <T extends Role> T keepRole(T role) {
        roles.add(role);
        return keep(role);
    }

    @Override
    public synchronized void close() {
        while (!started.isEmpty()) {
            AutoCloseable part = started.pop();
            try {
                part.close();
            } catch (Exception e) {
                log.warn("{} did not stop cleanly", part.getClass().getSimpleName(), e);
            }
        }
    }
}
