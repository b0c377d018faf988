package org.btrfs2s3.it.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.btrfs2s3.core.testing.LoopVolume;
import org.btrfs2s3.it.lab.Lab;
import org.btrfs2s3.it.lab.Remote;
import org.btrfs2s3.it.lab.RemoteKind;
import org.btrfs2s3.it.program.Btrfs2s3;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.GpgHome;
import org.btrfs2s3.it.program.Result;
import org.btrfs2s3.it.program.Upload;
import org.btrfs2s3.it.tree.TrickyTree;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What was backed up verifies at every level, damage does not, and nothing of it stays behind.
 * (Invariants 3, 7, 9.)
 */
class VerifyCommandTest {
  private static final long SEED = 11;

  @ParameterizedTest
  @EnumSource
  void findsDamageAndNothingElse(RemoteKind kind) throws Exception {
    LoopVolume.assume();
    try (Lab lab = Lab.create();
        GpgHome gpg = GpgHome.create();
        Remote remote = kind.orSkip(lab.work())) {
      String key = gpg.generateKey(GpgHome.Algorithm.CURVE25519, "verify");
      Path publicKey = gpg.exportPublic(key, lab.work().resolve("public.asc"));
      Path secretKey = gpg.exportSecret(key, lab.work().resolve("secret.asc"));
      ConfigFile config = ConfigFile.inZone(Lab.ZONE);
      remote.addTo(config, "r");
      Path file =
          config
              .source(
                  lab.source(), lab.snapshots(), Upload.to("r", Lab.POLICY).encryptedTo(publicKey))
              .write(lab.work());
      TrickyTree tree = new TrickyTree(SEED);
      tree.create(lab.source());
      Btrfs2s3.runHere(file, "update", "--force").expect(0);
      lab.awaitNewSecond();
      tree.mutate(lab.source(), 1);
      Btrfs2s3.runHere(file, "update", "--force").expect(0);
      Path scratch = Files.createDirectory(lab.work().resolve("scratch"));

      verifies(file, secretKey, scratch);
      keyIsMissing(file);
      objectIsDamaged(file, secretKey, scratch, remote);
      assertThat(scratch).as("everything was unmounted and removed").isEmptyDirectory();
      assertThat(Files.readString(Path.of("/proc/mounts"))).doesNotContain(scratch.toString());
    }
  }

  private static Result verify(Path config, int exitCode, Object... options) throws IOException {
    Object[] all = new Object[options.length + 3];
    all[0] = "verify";
    all[1] = "--remote";
    all[2] = "r";
    System.arraycopy(options, 0, all, 3, options.length);
    return Btrfs2s3.runHere(config, all).expect(exitCode);
  }

  private static void verifies(Path config, Path key, Path scratch) throws IOException {
    assertThat(verify(config, 0).stdout()).startsWith("r: ok: 2 backup(s), 2 chosen, 2 looked at");
    assertThat(verify(config, 0, "--level", "data", "--identity", key).stdout())
        .startsWith("r: ok: 2 backup(s), 2 chosen, 2 looked at");
    Result restored =
        verify(config, 0, "--level", "restore", "--scratch", scratch, "--identity", key);
    assertThat(restored.stdout()).startsWith("r: ok: 2 backup(s), 2 chosen, 2 looked at");
    assertThat(restored.stderr().lines().filter(line -> line.contains("identical"))).hasSize(2);
  }

  private static void keyIsMissing(Path config) throws IOException {
    assertThat(verify(config, 10, "--level", "data").stdout())
        .contains("not checked", "no secret key")
        .doesNotContain("error:", "critical:");
  }

  private static void objectIsDamaged(Path config, Path key, Path scratch, Remote remote)
      throws IOException {
    String full =
        remote.keys().stream()
            .filter(name -> name.contains(".sndp00000000-0000-0000-0000-000000000000."))
            .findFirst()
            .orElseThrow();
    byte[] content = remote.get(full);
    content[content.length / 2] ^= 4;
    remote.put(full, content);

    Result data = verify(config, 1, "--level", "data", "--identity", key, "--json");
    var finding = new ObjectMapper().readTree(data.stdout()).get("findings").get(0);
    assertThat(finding.get("kind").asText()).isEqualTo("damaged");
    assertThat(finding.get("severity").asText()).as("its snapshot is there").isEqualTo("error");
    assertThat(finding.get("key").asText()).isEqualTo(full);
    assertThat(finding.get("dependents")).hasSize(1);
    assertThat(finding.get("advice").asText()).contains("btrfs2s3 repair --remote r");
    assertThat(
            verify(config, 1, "--level", "restore", "--scratch", scratch, "--identity", key)
                .stdout())
        .contains(full, "needed by", "send parent");
  }
}
