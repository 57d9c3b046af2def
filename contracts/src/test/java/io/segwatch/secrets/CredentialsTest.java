package io.segwatch.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.contracts.Login;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsTest {
    @TempDir
    Path folder;

    @Test
    void findsWhatWasPutAlsoAfterARestart() throws Exception {
        Path file = folder.resolve("new/credentials.properties");
        new Credentials(file).put("door", new Login("admin", "p=ss: wörd#"));

        Login entry = new Credentials(file).find("door").orElseThrow();

        assertThat(entry.user()).isEqualTo("admin");
        assertThat(entry.password()).isEqualTo("p=ss: wörd#");
        assertThat(new Credentials(file).find("gate")).isEmpty();
    }

    @Test
    void onlyTheOwnerCanReadTheFile() throws Exception {
        Path file = folder.resolve("credentials.properties");
        new Credentials(file).put("door", new Login("admin", "secret"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void forgetsWhatIsRemoved() throws Exception {
        Credentials credentials = new Credentials(folder.resolve("credentials.properties"));
        credentials.put("door", new Login("admin", "secret"));
        credentials.remove("door");
        assertThat(credentials.find("door")).isEmpty();
        assertThat(Files.readString(folder.resolve("credentials.properties"))).doesNotContain("secret");
    }

    @Test
    void anEntrysTextShowsNothing() {
        assertThat(new Login("admin", "secret").toString()).isEqualTo("***");
    }
}
