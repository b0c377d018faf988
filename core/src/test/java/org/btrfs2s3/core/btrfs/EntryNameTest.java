package org.btrfs2s3.core.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class EntryNameTest {

  @Test
  void keepsBytesThatAreNoText() {
    byte[] bytes = {'a', (byte) 0xff, '\n'};

    assertThat(EntryName.ofBytes(bytes).bytes()).isEqualTo(bytes);
    assertThat(EntryName.ofBytes(bytes)).isEqualTo(EntryName.ofBytes(bytes.clone()));
    assertThat(EntryName.ofBytes(bytes)).hasToString("a\ufffd\n");
  }

  @Test
  void isTextWhereTheBytesAre() {
    assertThat(EntryName.of("Größe")).hasToString("Größe");
    assertThat(EntryName.of("Größe").bytes()).hasSize(7);
  }

  @Test
  void refusesWhatCannotBeAName() {
    for (String name : List.of("", "a/b", "a\0")) {
      assertThatThrownBy(() -> EntryName.of(name)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> new EntryName("Ł")).isInstanceOf(IllegalArgumentException.class);
  }
}
