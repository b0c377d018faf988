package org.btrfs2s3.it.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.btrfs2s3.it.lab.Footprint;
import org.btrfs2s3.it.lab.Lab;
import org.btrfs2s3.it.lab.Remote;
import org.btrfs2s3.it.lab.Restored;
import org.btrfs2s3.it.program.Btrfs2s3;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.Result;
import org.btrfs2s3.it.program.Upload;
import org.btrfs2s3.it.proxy.FaultProxy;
import org.btrfs2s3.it.proxy.Request;
import org.btrfs2s3.it.proxy.RequestKind;
import org.btrfs2s3.it.s3.Bucket;
import org.btrfs2s3.it.s3.S3Engine;
import org.btrfs2s3.it.s3.S3Server;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line of {@code update}: how it is told to go on, and that it stops if it is not. */
class UpdateCommandTest {
  private static final String REMOTE = "disk";

  /** cron and systemd start it without any environment. */
  @ParameterizedTest
  @ValueSource(strings = {"Größe", "with spaces ' and \" quotes", "plain"})
  void backsUpASourceOfAnyNameWithoutEnvironment(String name) throws IOException {
    try (Lab lab = Lab.create(name)) {
      Remote remote = Remote.InDirectory.create(lab.work().resolve(REMOTE));
      Path config = config(lab, remote).write(lab.work());
      lab.write("Übung", "content");
      Program program = Program.of(Btrfs2s3.launcher(), "-c", config).withEmptyEnvironment();
      program.with("update", "--force").run().expect(0);

      assertThat(remote.keys()).hasSize(1).allMatch(key -> key.startsWith(name + "."));
      Path target = lab.newTarget();
      program.with("restore", "--remote", REMOTE, "--to", target, "--latest").run().expect(0);
      Restored.assertIdentical(lab.snapshotManifests(), target);
      assertThat(Restored.in(target).values())
          .allMatch(path -> path.getFileName().toString().startsWith(name + "."));
    }
  }

  @Test
  void takesThePythonToolsConfigFileAndCommandLine() throws IOException {
    try (Lab lab = Lab.create();
        Bucket bucket = S3Engine.S3PROXY.orSkip().newBucket()) {
      lab.write("file", "content");
      String yaml =
          """
          timezone: Europe/Berlin
          sources:
            - path: %s
              snapshots: %s
              upload_to_remotes:
                - id: aws
                  preserve: 1y 12m 30d
                  pipe_through:
                    - [gzip]
          remotes:
            - id: aws
              s3:
                bucket: %s
                endpoint:
                  region_name: %s
                  aws_access_key_id: %s
                  aws_secret_access_key: %s
                  endpoint_url: %s
                  verify: false
          """
              .formatted(
                  lab.source(),
                  lab.snapshots(),
                  bucket.name(),
                  bucket.server().region(),
                  bucket.server().accessKey(),
                  bucket.server().secretKey(),
                  bucket.server().endpoint());
      Path config = Files.writeString(lab.work().resolve("python.yaml"), yaml);
      Result result = Btrfs2s3.installed().with("-v", "update", "--force", config).run().expect(0);

      assertThat(bucket.keys()).hasSize(1).allMatch(key -> key.endsWith(".mdvn1.seqn0"));
      assertThat(result.stdout() + result.stderr()).doesNotContain(bucket.server().secretKey());
    }
  }

  @Test
  void refusesWithoutTerminalAndForce() throws IOException {
    try (Lab lab = Lab.create()) {
      Remote remote = Remote.InDirectory.create(lab.work().resolve(REMOTE));
      Program update = lab.program(config(lab, remote)).with("update");
      lab.write("file", "content");
      Footprint before = Footprint.of(lab);
      Result refused = update.run().expect(12);

      assertThat(refused.stderr()).contains("--force");
      assertThat(Footprint.of(lab)).isEqualTo(before);
      update.with("--force").run().expect(0);
      assertThat(remote.keys()).hasSize(1);
    }
  }

  @Test
  void asksAtATerminal() throws IOException {
    assumeTrue(Program.bash("command -v script").run().exitCode() == 0, "script: not installed");
    try (Lab lab = Lab.create()) {
      Remote remote = Remote.InDirectory.create(lab.work().resolve(REMOTE));
      Path config = config(lab, remote).write(lab.work());
      lab.write("file", "content");
      Footprint before = Footprint.of(lab);
      Result no = atTerminal("n", config);

      assertThat(no.exitCode()).as(no.toString()).isEqualTo(12);
      assertThat(no.stdout()).contains("Execute these actions?", "nothing was changed");
      assertThat(Footprint.of(lab)).isEqualTo(before);
      atTerminal("y", config).expect(0);
      assertThat(remote.keys()).hasSize(1);
    }
  }

  private static Result atTerminal(String answer, Path config) {
    return Program.bash(
            """
            export LAUNCHER="$2" CONFIG="$3"
            echo "$1" | script --quiet --return --command '"$LAUNCHER" update "$CONFIG"' /dev/null
            """,
            answer,
            Btrfs2s3.launcher(),
            config)
        .run();
  }

  @Test
  void jsonBeginsWithItsVersion() throws IOException {
    try (Lab lab = Lab.create()) {
      Remote remote = Remote.InDirectory.create(lab.work().resolve(REMOTE));
      lab.write("file", "content");
      String json =
          lab.program(config(lab, remote))
              .with("update", "--force", "--json")
              .run()
              .expect(0)
              .stdout();

      assertThat(json).startsWith("{\n  \"version\" : 1,");
      JsonNode outcome = new ObjectMapper().readTree(json).get("outcome");
      assertThat(outcome.get("approved").asBoolean()).isTrue();
      assertThat(outcome.get("failures")).isEmpty();
    }
  }

  @Test
  void tellsAWrongCommandLineFromAWrongConfiguration() throws IOException {
    try (Lab lab = Lab.create()) {
      Remote remote = Remote.InDirectory.create(lab.work().resolve(REMOTE));
      ConfigFile valid = config(lab, remote);
      Program program = lab.program(valid);
      assertThat(program.with("update", "--frobnicate").run().expect(2).stderr())
          .contains("--frobnicate");
      program.with("update", "--pretend").run().expect(0);

      Path wrong =
          Files.writeString(lab.work().resolve("wrong.yaml"), "timezone: UTC\nsuorces: []\n");
      assertThat(Btrfs2s3.withConfig(wrong).with("update", "--pretend").run().expect(4).stderr())
          .contains(wrong + ":2:1: ", "suorces", "sources");
      Path missing = lab.work().resolve("missing.yaml");
      assertThat(Btrfs2s3.withConfig(missing).with("update").run().expect(4).stderr())
          .contains(missing.toString());
    }
  }

  @Test
  void secondUpdateListsObjectsAndUploadsOnceAndAsksForNothingElse() throws IOException {
    S3Server server = S3Engine.S3PROXY.orSkip();
    try (Lab lab = Lab.create();
        Bucket bucket = server.newBucket()) {
      lab.write("file", "content");
      lab.program(config(lab, bucket, server)).with("update", "--force").run().expect(0);
      try (FaultProxy proxy = FaultProxy.before(server)) {
        ConfigFile recorded = config(lab, bucket, proxy.server());
        assertThat(lab.program(recorded).with("update").run().expect(0).stdout())
            .contains("nothing to be done");
        assertThat(proxy.requests())
            .extracting(Request::kind)
            .containsExactly(RequestKind.LIST_OBJECTS, RequestKind.LIST_UPLOADS);
      }
    }
  }

  private static ConfigFile config(Lab lab, Bucket bucket, S3Server server) {
    return ConfigFile.inZone(Lab.ZONE)
        .s3Remote(REMOTE, bucket.name(), "", server.secretKey(), server)
        .source(lab.source(), lab.snapshots(), Upload.to(REMOTE, Lab.POLICY));
  }

  private static ConfigFile config(Lab lab, Remote remote) {
    return remote
        .addTo(ConfigFile.inZone(Lab.ZONE), REMOTE)
        .source(lab.source(), lab.snapshots(), Upload.to(REMOTE, Lab.POLICY));
  }
}
