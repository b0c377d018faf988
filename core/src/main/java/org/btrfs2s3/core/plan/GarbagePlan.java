package org.btrfs2s3.core.plan;

import java.util.List;
import java.util.stream.Stream;
import org.btrfs2s3.core.catalog.StoredBackup;

/**
 * What a collection of garbage is going to remove.
 *
 * @param update what an update would do now: the own garbage is a part of it
 * @param own no backups, of sources of this configuration
 * @param duplicates second objects of whole backups of these sources, to go if they are equal
 * @param foreign no backups, of other sources
 * @param problems what the user should know
 */
public record GarbagePlan(
    Plan update,
    List<Action.Collection> own,
    List<Action.DeleteBackup> duplicates,
    List<Action.Collection> foreign,
    List<Problem> problems) {

  public GarbagePlan {
    own = List.copyOf(own);
    duplicates = List.copyOf(duplicates);
    foreign = List.copyOf(foreign);
    problems = List.copyOf(problems);
  }

  /** Everything, in the order of its execution. */
  public List<Action> actions() {
    return Stream.of(own, duplicates, foreign).<Action>flatMap(List::stream).toList();
  }

  /**
   * Whether nothing goes that is or ever was a backup. Of what is foreign nobody can tell: without
   * the snapshots, a backup that lost its commit object looks like an interrupted upload.
   */
  public boolean isGarbageOnly() {
    return duplicates.isEmpty() && foreign.isEmpty();
  }

  /** Of this plan only what another one removes, too. */
  public GarbagePlan confirmedBy(GarbagePlan other) {
    var confirmed = other.actions();
    return new GarbagePlan(
        update,
        own.stream().filter(confirmed::contains).toList(),
        duplicates.stream().filter(confirmed::contains).toList(),
        foreign.stream().filter(confirmed::contains).toList(),
        problems);
  }

  public GarbagePlan with(List<Problem> more) {
    return new GarbagePlan(
        update, own, duplicates, foreign, Stream.concat(problems.stream(), more.stream()).toList());
  }

  /** Bytes, as stored, that an action frees; 0 where no listing shows it. */
  public long bytes(Action action) {
    return switch (action) {
      case Action.CollectSegments collection -> collection.unfinished().parts().size();
      case Action.DeleteBackup deletion -> bytes(deletion);
      case Action.CreateSnapshot _,
          Action.RenameSnapshot _,
          Action.Upload _,
          Action.AbortUpload _,
          Action.DeleteSnapshot _,
          Action.DeleteLostBackup _ ->
          0;
    };
  }

  private long bytes(Action.DeleteBackup deletion) {
    return update.sources().stream()
        .flatMap(source -> source.remotes().stream())
        .filter(remote -> remote.remote().id().equals(deletion.remote()))
        .flatMap(
            remote ->
                Stream.concat(
                    remote.backups().objects().stream(),
                    remote.damaged().stream().map(damaged -> damaged.backup())))
        .filter(backup -> backup.key().equals(deletion.key()))
        .mapToLong(StoredBackup::size)
        .sum();
  }
}
