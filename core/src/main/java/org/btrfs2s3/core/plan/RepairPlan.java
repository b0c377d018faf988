package org.btrfs2s3.core.plan;

import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.jspecify.annotations.Nullable;

/**
 * What a repair is going to do.
 *
 * @param update what an update would do now, if it made everything anew that cannot be restored;
 *     nothing else of it is executed
 * @param uploads parents first
 * @param replaced what cannot be restored, and is there anew when the uploads are committed. It may
 *     have the key of what takes its place, and so be gone by that
 * @param collected what cannot be restored and goes without a replacement
 * @param irreparable what cannot be restored and gets no replacement, whether it goes or not
 * @param problems what the user should know
 */
public record RepairPlan(
    Plan update,
    List<Action.Upload> uploads,
    List<Action.DeleteBackup> replaced,
    List<Action.DeleteBackup> collected,
    List<Irreparable> irreparable,
    List<Problem> problems) {

  /**
   * A backup that cannot be restored, nor made anew.
   *
   * @param reason why not
   * @param dependants what was sent against it, or against that, and so on
   * @param kept why it is not collected; null if it is, or if nothing is to be
   */
  public record Irreparable(
      UUID source,
      RemoteId remote,
      StoredBackup backup,
      String reason,
      List<UUID> dependants,
      @Nullable String kept) {

    public Irreparable {
      dependants = List.copyOf(dependants);
    }

    Irreparable keptBecause(@Nullable String why) {
      return new Irreparable(source, remote, backup, reason, dependants, why);
    }
  }

  public RepairPlan {
    uploads = List.copyOf(uploads);
    replaced = List.copyOf(replaced);
    collected = List.copyOf(collected);
    irreparable = List.copyOf(irreparable);
    problems = List.copyOf(problems);
  }

  /** Everything, in the order of its execution. */
  public List<Action> actions() {
    return Stream.of(uploads, replaced, collected).<Action>flatMap(List::stream).toList();
  }

  /** The deletions of one source. */
  public List<Action.Deletion> deletions(UUID source) {
    return Stream.concat(replaced.stream(), collected.stream())
        .filter(deletion -> deletion.source().equals(source))
        .<Action.Deletion>map(deletion -> deletion)
        .toList();
  }

  /** The uploads of one source. */
  public List<Action.Upload> uploads(UUID source) {
    return uploads.stream().filter(upload -> upload.source().equals(source)).toList();
  }

  public boolean isEmpty() {
    return actions().isEmpty();
  }
}
