package io.segwatch.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.segwatch.contracts.AddressSecrets;
import io.segwatch.contracts.Login;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsTest {
    private static final String DOOR = "rtsp://10.0.0.1:554";

    @TempDir
    Path folder;

    @Test
    void findsWhatWasPutAlsoAfterARestart() throws Exception {
        Path file = folder.resolve("new/credentials.properties");
        new Credentials(file).put("door", DOOR, AddressSecrets.of(new Login("admin", "p=ss: wörd#")));

        Login entry =
                new Credentials(file).find("door", DOOR).orElseThrow().login().orElseThrow();

        assertThat(entry.user()).isEqualTo("admin");
        assertThat(entry.password()).isEqualTo("p=ss: wörd#");
        assertThat(new Credentials(file).find("gate", DOOR)).isEmpty();
    }

    @Test
    void onlyTheOwnerCanReadTheFile() throws Exception {
        Path file = folder.resolve("credentials.properties");
        new Credentials(file).put("door", DOOR, AddressSecrets.of(new Login("admin", "secret")));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void forgetsWhatIsRemoved() throws Exception {
        Credentials credentials = new Credentials(folder.resolve("credentials.properties"));
        credentials.put("door", DOOR, AddressSecrets.of(new Login("admin", "secret")));
        credentials.remove("door");
        assertThat(credentials.find("door", DOOR)).isEmpty();
        assertThat(Files.readString(folder.resolve("credentials.properties"))).doesNotContain("secret");
    }

    @Test
    void whatIsWrittenByHandIsForTheAddressBesideItAndForNone() throws Exception {
        Path file = folder.resolve("credentials.properties");
        Files.writeString(file, "door.user=admin\ndoor.password=secret\n");
        Credentials credentials = new Credentials(file);
        assertThatThrownBy(() -> credentials.find("door", DOOR))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("door.address=" + DOOR)
                .hasMessageNotContaining("secret");
        Files.writeString(file, "door.user=admin\ndoor.password=secret\ndoor.address=" + DOOR + "\n");
        assertThat(credentials.find("door", DOOR)).isPresent();
        assertThatThrownBy(() -> credentials.find("door", "rtsp://evil.example:554"))
                .hasMessageContaining("is for " + DOOR)
                .hasMessageNotContaining("secret");
    }

    @Test
    void anEntrysTextShowsNothing() {
        assertThat(new Login("admin", "secret").toString()).isEqualTo("***");
    }
}
