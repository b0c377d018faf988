package org.btrfs2s3.core.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.btrfs2s3.core.pipeline.Identities;
import org.btrfs2s3.core.pipeline.MissingKeyException;
import org.junit.jupiter.api.Test;

final class LockedIdentitiesTest {

  private final AtomicInteger asked = new AtomicInteger();

  @Test
  void asksOnlyOnceAndOnlyIfNeeded() throws IOException {
    var locked =
        new LockedIdentities(
            () -> {
              asked.incrementAndGet();
              return Identities.none();
            });
    assertThat(asked).hasValue(0);

    assertThat(locked.unlock()).isSameAs(locked.unlockLate()).isSameAs(Identities.none());
    assertThat(asked).hasValue(1);
  }

  @Test
  void asksNobodyTwiceWhoWasWrong() {
    var locked =
        new LockedIdentities(
            () -> {
              asked.incrementAndGet();
              throw new IOException("key.asc: wrong passphrase");
            });

    assertThatThrownBy(locked::unlock).hasMessage("key.asc: wrong passphrase");
    assertThatThrownBy(locked::unlockLate)
        .isInstanceOf(MissingKeyException.class)
        .hasMessage("it is encrypted, and key.asc: wrong passphrase");
    assertThat(asked).hasValue(1);
  }
}
