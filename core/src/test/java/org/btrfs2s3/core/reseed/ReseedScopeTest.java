package org.btrfs2s3.core.reseed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.btrfs2s3.core.reseed.Ruin.keyOf;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.run.Failure;
import org.junit.jupiter.api.Test;

/** Which backups are copied, and what is said of those that cannot be. */
final class ReseedScopeTest {
  @Test
  void brokenChainsStayBehindAndAreReported() throws Exception {
    var clouds = Clouds.filled();
    clouds.from.remove(keyOf(clouds.from, 2, ""));
    clouds.from.remove(keyOf(clouds.from, 4, ".seqn000001"));
    var report = clouds.run();
    assertThat(report.failures())
        .extracting(Failure::kind)
        .containsOnly(Failure.Kind.BROKEN_BACKUP)
        .hasSize(2);
    assertThat(clouds.uuids()).containsExactly(Clouds.uuid(1));
  }

  @Test
  void whatHasNoCommitObjectIsToldOf() throws Exception {
    // Invariant 9: it may be a backup that has lost it.
    var clouds = Clouds.filled();
    clouds.from.remove(keyOf(clouds.from, 4, ".commit"));
    assertThat(clouds.run().failures()).isEmpty();
    assertThat(notes(clouds))
        .singleElement()
        .asString()
        .contains(Clouds.uuid(4).toString(), "commit object");
    clouds.run(new ReseedScope.ChainOf(Clouds.uuid(2)), false);
    assertThat(notes(clouds)).isEmpty();
  }

  private static List<String> notes(Clouds clouds) {
    return clouds.events.stream()
        .filter(ReseedEvent.Note.class::isInstance)
        .map(event -> ((ReseedEvent.Note) event).message())
        .toList();
  }

  @Test
  void whatIsBrokenFailsOnlyWhoeverWantsIt() throws Exception {
    var clouds = Clouds.filled();
    var broken = BackupKey.decode(keyOf(clouds.from, 3, "").value()).backup().orElseThrow();
    clouds.from.remove(keyOf(clouds.from, 2, ""));
    // Number 3 is broken; 4, against 1, is newer and whole.
    assertThat(clouds.run(new ReseedScope.ChainOf(Clouds.uuid(4)), false).failures()).isEmpty();
    assertThat(clouds.run(new ReseedScope.Latest(), false).failures()).isEmpty();
    var newest = Clouds.catalog(clouds.from).backups().getLast().identity().ctime();
    assertThat(clouds.run(new ReseedScope.Since(newest), false).failures()).isEmpty();
    var since = new ReseedScope.Since(broken.identity().ctime());
    assertThat(clouds.run(since, false).failures()).hasSize(1);
    assertThat(clouds.run(new ReseedScope.ChainOf(Clouds.uuid(3)), false).failures()).hasSize(2);
    assertThat(clouds.run(new ReseedScope.All(), false).failures()).hasSize(1);
    clouds.from.remove(keyOf(clouds.from, 4, ".seqn000001"));
    assertThat(clouds.run(new ReseedScope.Latest(), false).failures())
        .as("both are newer than what can be restored")
        .hasSize(2);
  }

  @Test
  void whatOnlyALaterVersionCanReadStaysBehindAndIsReported() throws Exception {
    // Invariant 9: whoever thinks that all was copied may give up what it came from.
    var clouds = new Clouds();
    var root = clouds.full(1);
    var later = clouds.later(2, root);
    clouds.child(3, later);

    var report = clouds.run();

    assertThat(report.failures())
        .extracting(Failure::message)
        .hasSize(2)
        .anyMatch(
            message -> message.contains(later.uuid() + " is not copied: only a later version"))
        .anyMatch(message -> message.contains("its chain breaks at " + later.uuid()));
    assertThat(clouds.uuids()).containsExactly(root.uuid());
    assertThat(clouds.run(new ReseedScope.ChainOf(root.uuid()), false).failures()).isEmpty();
  }

  @Test
  void nothingAtAllIsNoSuccess() throws Exception {
    // Invariant 9: a wrong prefix looks like this.
    for (ReseedScope scope : List.of(new ReseedScope.All(), new ReseedScope.Latest())) {
      var clouds = new Clouds();
      var report = clouds.run(scope, false);
      assertThat(report.failures())
          .singleElement()
          .satisfies(
              failure -> {
                assertThat(failure.kind()).isEqualTo(Failure.Kind.LOCAL);
                assertThat(failure.message()).contains("remote a has no backup at all", "prefix");
              });
      assertThat(report.succeeded()).isFalse();
    }
    var later = new ReseedScope.Since(Instant.parse("2099-01-01T00:00:00Z"));
    assertThat(Clouds.filled().run(later, false).failures()).as("nothing new").isEmpty();
  }

  @Test
  void aChainBringsItsAncestorsAndNothingElse() throws Exception {
    var clouds = Clouds.filled();
    assertThat(clouds.run(new ReseedScope.ChainOf(Clouds.uuid(2)), false).failures()).isEmpty();
    assertThat(clouds.uuids()).containsExactlyInAnyOrder(Clouds.uuid(1), Clouds.uuid(2));
    assertThat(clouds.run(new ReseedScope.ChainOf(Clouds.uuid(9)), false).failures())
        .singleElement()
        .extracting(Failure::kind)
        .isEqualTo(Failure.Kind.LOCAL);
  }

  @Test
  void theLatestOfEachSourceComesWithItsChain() throws Exception {
    var clouds = Clouds.filled().source(new UUID(6, 6));
    clouds.full(7);
    assertThat(clouds.run(new ReseedScope.Latest(), false).failures()).isEmpty();
    assertThat(clouds.uuids())
        .containsExactlyInAnyOrder(Clouds.uuid(1), Clouds.uuid(4), Clouds.uuid(7));
  }

  @Test
  void sinceMeansThatSecondToo() throws Exception {
    var clouds = Clouds.filled();
    var third =
        Clouds.catalog(clouds.from).backups().stream()
            .filter(backup -> backup.uuid().equals(Clouds.uuid(3)))
            .findFirst()
            .orElseThrow();
    Instant time = third.identity().ctime();
    clouds.run(new ReseedScope.Since(time.plusSeconds(1)), false);
    assertThat(clouds.uuids()).containsExactlyInAnyOrder(Clouds.uuid(1), Clouds.uuid(4));
    clouds.run(new ReseedScope.Since(time), false);
    clouds.requireComplete();
  }
}
