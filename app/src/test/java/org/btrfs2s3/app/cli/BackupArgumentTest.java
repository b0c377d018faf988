package org.btrfs2s3.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

final class BackupArgumentTest {

  private static final UUID ONE = UUID.fromString("aaaa0000-0000-0000-0000-000000000001");
  private static final UUID OTHER = UUID.fromString("aaaa1000-0000-0000-0000-000000000001");

  private static UUID choose(String text, List<UUID> known) throws UnknownBackupException {
    return new BackupArgument.Converter().convert(text).choose(known, "remote disk, /data");
  }

  @Test
  void asMuchAsTellsItFromOthersIsEnough() throws Exception {
    assertThat(choose("AAAA1", List.of(ONE, OTHER))).isEqualTo(OTHER);
    assertThat(choose(ONE.toString(), List.of(ONE, OTHER, ONE))).isEqualTo(ONE);
  }

  @Test
  void saysWhereAnUnknownOneWasLookedFor() {
    assertThatThrownBy(() -> choose("bbbb", List.of(ONE)))
        .isInstanceOf(UnknownBackupException.class)
        .hasMessage(
            "no UUID on remote disk, /data begins with 'bbbb'; list shows the ones that there are");
  }

  @Test
  void showsSomeOfThoseThatCouldBeMeant() {
    List<UUID> many = new ArrayList<>(List.of(ONE, OTHER));
    for (int i = 2; i < 9; i++) {
      many.add(new UUID(ONE.getMostSignificantBits(), i));
    }

    assertThatThrownBy(() -> choose("aaaa", List.of(ONE, OTHER)))
        .hasMessageContaining("2 UUIDs on remote disk, /data begin with 'aaaa'")
        .hasMessageEndingWith(": " + ONE + ", " + OTHER);
    assertThatThrownBy(() -> choose("aaaa", many))
        .hasMessageContaining("9 UUIDs")
        .hasMessageEndingWith(", ...");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "aaa", "xyzw", "aaaa0000-0000-0000-0000-0000000000012", "aaaa/"})
  void refusesWhatIsNoUuid(String text) {
    assertThatThrownBy(() -> new BackupArgument.Converter().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("'" + text + "'");
  }
}
