package io.segwatch.launcher;

import io.segwatch.tls.SeenCertificate;
import io.segwatch.v1.Camera;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.CameraStatus.Encryption;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Shows the certificate of an rtsps:// or https:// camera, and says which one is trusted. */
@Command(
        name = "trust",
        description = {
            "Show the certificate that an rtsps:// or https:// camera has shown, or trust one.",
            "Compare the fingerprint with the one that the camera's own page shows."
        },
        mixinStandardHelpOptions = true)
final class CameraTrustCommand implements Callable<Integer> {
    @ParentCommand
    private CameraCommand parent;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ID")
    private String id;

    @ArgGroup
    private Choice choice;

    private static final class Choice {
        @Option(
                names = "--certificate",
                paramLabel = "SHA256",
                description = "Trust the certificate with this fingerprint, and no other.")
        private String certificate;

        @Option(names = "--cas", description = "Trust the system's CAs and segwatch.ingest.ca-file again.")
        private boolean cas;

        @Option(
                names = "--insecure-any-certificate",
                description = "Trust whoever answers: anybody in between can read the password and change pictures.")
        private boolean any;
    }

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        if (choice == null) {
            show(out);
            return CommandLine.ExitCode.OK;
        }
        Camera.Tls.Builder tls = Camera.Tls.newBuilder().setInsecureAnyCertificate(choice.any);
        if (choice.certificate != null) {
            tls.setFingerprint(fingerprint(choice.certificate));
        }
        parent.api()
                .edit(
                        parent.path() + "/" + id,
                        Camera.getDefaultInstance(),
                        old -> old.toBuilder().setTls(tls).build());
        out.println("Changed camera " + id + "; it is connected anew");
        return CommandLine.ExitCode.OK;
    }

    private static String fingerprint(String text) {
        try {
            return SeenCertificate.fingerprint(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--certificate " + e.getMessage(), e);
        }
    }

    private void show(PrintWriter out) throws IOException, InterruptedException {
        Encryption seen = parent.api().list(parent.statusPath(), "cameras", CameraStatus.getDefaultInstance()).stream()
                .filter(status -> status.getCamera().equals(id))
                .map(CameraStatus::getEncryption)
                .findFirst()
                .orElse(Encryption.getDefaultInstance());
        if (seen.getFingerprint().isEmpty()) {
            out.println("Camera " + id + " has shown no certificate: it is not at an rtsps:// or https:// address, or"
                    + " was not reached yet.");
            return;
        }
        out.println("SHA-256  " + seen.getFingerprint());
        out.println("of       " + seen.getSubject() + (seen.getNamesCount() == 0 ? "" : " for " + seen.getNamesList()));
        out.println("issuer   " + (seen.getIssuer().equals(seen.getSubject()) ? "itself" : seen.getIssuer()));
        out.println("valid    " + Instant.ofEpochMilli(seen.getNotBeforeMs()) + " to "
                + Instant.ofEpochMilli(seen.getNotAfterMs()));
        out.println("verdict  " + words(seen.getVerdict()));
        if (seen.getVerdict() == Encryption.Verdict.NOT_TRUSTED || seen.getVerdict() == Encryption.Verdict.CHANGED) {
            out.println("If this is the camera's own, trust it:");
            out.println("  ./segwatch camera trust " + id + " --certificate " + seen.getFingerprint());
        }
    }

    /** What the verdict means, in a word or two. */
    static String words(Encryption.Verdict verdict) {
        return switch (verdict) {
            case VERIFIED -> "encrypted, verified by a CA";
            case PINNED -> "encrypted, the certificate that was trusted";
            case NOT_VERIFIED -> "encrypted, with whom is not verified";
            case NOT_TRUSTED -> "refused, not trusted";
            case CHANGED -> "refused, another one than the trusted one";
            default -> "unknown";
        };
    }
}
