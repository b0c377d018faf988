package org.btrfs2s3.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class MeteredStoreTest extends BackupStoreContract {

  private static final MeteredStore.Meter NOBODY =
      new MeteredStore.Meter() {
        @Override
        public void read(ObjectKey key, long position, long size) {}

        @Override
        public void end(ObjectKey key) {}
      };

  @Override
  protected BackupStore openStore() {
    return new MeteredStore(new MemoryStore(), NOBODY);
  }

  @Test
  void tellsWhereReadingIs() throws Exception {
    List<String> told = new ArrayList<>();
    var memory = new MemoryStore();
    var key = new ObjectKey("k");
    memory.put(key, new byte[10], Map.of());
    var store =
        new MeteredStore(
            memory,
            new MeteredStore.Meter() {
              @Override
              public void read(ObjectKey of, long position, long size) {
                told.add(of + " " + position + "/" + size);
              }

              @Override
              public void end(ObjectKey of) {
                told.add(of + " ended");
              }
            });
    try (var in = store.open(key, 0)) {
      assertThat(in.read(new byte[4])).isEqualTo(4);
    }
    var _ = store.list();
    try (var in = store.open(key, 3)) {
      assertThat(in.read()).isZero();
      assertThat(in.readNBytes(100)).hasSize(6);
    }

    assertThat(told).containsExactly("k 4/0", "k ended", "k 4/10", "k 10/10", "k ended");
  }

  /** A default method that is not passed on would hide what the store can do. */
  @Test
  void passesEverythingOn() {
    assertThat(BackupStore.class.getMethods())
        .allSatisfy(
            method ->
                assertThat(MeteredStore.class.getDeclaredMethods())
                    .as("%s", method)
                    .anyMatch(own -> overrides(own, method)));
  }

  private static boolean overrides(Method own, Method method) {
    return own.getName().equals(method.getName())
        && Arrays.equals(own.getParameterTypes(), method.getParameterTypes());
  }
}
