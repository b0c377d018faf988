package org.btrfs2s3.core.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.store.ObjectKey;
import org.jspecify.annotations.Nullable;

/**
 * Which irreparable backups of one source go from one remote: those of which it is known that
 * nothing can bring them back. Whatever is not known keeps them.
 */
final class RepairCollection {

  private final RemoteRepair repair;
  private final Lifelines lifelines;
  private final List<Action.Upload> uploads;
  private final Set<ObjectKey> replaced;
  private final Set<UUID> whole;
  private final Map<ObjectKey, String> kept = new LinkedHashMap<>();
  private final List<StoredBackup> going = new ArrayList<>();

  /**
   * @param replaced what goes before
   */
  RepairCollection(
      RemoteRepair repair,
      Lifelines lifelines,
      List<Action.Upload> uploads,
      Collection<Action.DeleteBackup> replaced) {
    this.repair = repair;
    this.lifelines = lifelines;
    this.uploads = uploads;
    this.replaced =
        replaced.stream().map(Action.DeleteBackup::key).collect(Collectors.toUnmodifiableSet());
    var backups = repair.remote().backups();
    this.whole =
        backups.byUuid().keySet().stream()
            .filter(backups::isRestorable)
            .collect(Collectors.toUnmodifiableSet());
    decide();
  }

  private void decide() {
    for (var one : repair.irreparable()) {
      var reason = whyKept(one.backup());
      if (reason == null) {
        going.add(one.backup());
      } else {
        kept.put(one.backup().key(), reason);
      }
    }
    going.sort(StoredBackup.OLDEST_FIRST.reversed());
    while (going.removeIf(this::isKeptByChild)) {
      // What stays keeps its own parent, too.
    }
  }

  /** Children first. */
  List<Action.DeleteBackup> deletions() {
    return going.stream().map(this::deletion).toList();
  }

  /** Why a backup stays; null if it goes. */
  @Nullable String whyKept(ObjectKey key) {
    return kept.get(key);
  }

  private @Nullable String whyKept(StoredBackup backup) {
    if (uploads.isEmpty() && whole.isEmpty()) {
      return "no backup of its source would be left that can be restored";
    }
    if (repair.hasSnapshot(backup.uuid())) {
      return "its snapshot is there";
    }
    if (repair.listed().filter(other -> other.uuid().equals(backup.uuid())).count() > 1) {
      return "there are several objects of it, and one may be whole: verify --level data tells";
    }
    return lifelines.of(backup, lost(backup));
  }

  /**
   * It, and all of its chain that would have to come back for it to be restored. What this repair
   * uploads is as good as there: else nothing is deleted.
   */
  private Set<UUID> lost(StoredBackup backup) {
    var uploaded = uploads.stream().map(upload -> upload.identity().uuid()).toList();
    Set<UUID> lost = new LinkedHashSet<>();
    List<UUID> open = new ArrayList<>(List.of(backup.uuid()));
    while (!open.isEmpty()) {
      var uuid = open.removeLast();
      if (!whole.contains(uuid) && !uploaded.contains(uuid) && lost.add(uuid)) {
        repair
            .listed()
            .filter(other -> other.uuid().equals(uuid))
            .flatMap(other -> Stream.ofNullable(other.identity().sendParent()))
            .forEach(open::add);
      }
    }
    return lost;
  }

  private boolean isKeptByChild(StoredBackup backup) {
    Set<ObjectKey> staying = new HashSet<>(children(backup));
    staying.removeAll(replaced);
    going.forEach(other -> staying.remove(other.key()));
    staying.stream()
        .findFirst()
        .ifPresent(child -> kept.put(backup.key(), child + " needs it, and stays"));
    return !staying.isEmpty();
  }

  private Set<ObjectKey> children(StoredBackup backup) {
    return repair
        .listed()
        .filter(other -> backup.uuid().equals(other.identity().sendParent()))
        .filter(other -> !other.key().equals(backup.key()))
        .map(StoredBackup::key)
        .collect(Collectors.toSet());
  }

  private Action.DeleteBackup deletion(StoredBackup backup) {
    return new Action.DeleteBackup(
        repair.source().uuid(),
        repair.id(),
        backup.key(),
        backup.deletionSteps(),
        backup.uuid(),
        RemoteRepair.ids(uploads),
        children(backup),
        Action.DeleteBackup.Cause.IRREPARABLE);
  }
}
