package org.btrfs2s3.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import org.btrfs2s3.app.config.ConfigException;
import org.btrfs2s3.app.config.ConfigurationReader;

/** A configuration is written by hand. */
final class ConfigurationFuzzTest {

  @FuzzTest(maxDuration = "10s")
  void isReadOrRefusedWithAReason(byte[] yaml) throws IOException {
    Path file = Files.createTempFile("fuzz", ".yaml");
    try {
      Files.write(file, yaml);
      ConfigurationReader.read(file, ZoneOffset.UTC);
    } catch (ConfigException refused) {
      assertThat(refused).hasMessageStartingWith(file.toString());
    } finally {
      Files.delete(file);
    }
  }
}
