package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.Chain;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.SubvolumeEntry;
import org.btrfs2s3.core.btrfs.SubvolumeInfo;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.catalog.UnfinishedBackup;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.policy.Backup;
import org.btrfs2s3.policy.PreservationPolicy;
import org.btrfs2s3.policy.RemoteState;
import org.btrfs2s3.policy.RetentionSafety;
import org.btrfs2s3.policy.Snapshot;

/**
 * Watches every deletion of a snapshot while it happens (invariant 2): no remote may want the
 * snapshot, to send it or to send against it, by what is really stored there at that moment; and
 * one that is away may not by an empty listing either.
 */
final class Watch {

  private final World world;
  private final Set<String> away = new HashSet<>();
  private final Set<String> troubled = new HashSet<>();

  /** What was done wrongly; thrown exceptions might be swallowed by the run. */
  private final List<String> wrongs = new ArrayList<>();

  Watch(World world) {
    this.world = world;
  }

  /**
   * @param remotesAway those that cannot be listed
   * @param remotesTroubled others whose listing may fail, so that the run may not know of what is
   *     half uploaded there
   */
  void begin(Collection<String> remotesAway, Collection<String> remotesTroubled) {
    away.clear();
    away.addAll(remotesAway);
    troubled.clear();
    troubled.addAll(remotesTroubled);
    troubled.addAll(remotesAway);
    world.btrfs.watch(
        (operation, uuid) -> {
          if (operation.equals("delete")) {
            look(uuid);
          }
        });
  }

  void requireNothingWrong() {
    assertThat(wrongs).isEmpty();
  }

  private void look(UUID snapshot) {
    try {
      for (var source : world.sources()) {
        if (world.hasSnapshot(source, snapshot)) {
          world
              .policies(source)
              .forEach((remote, policy) -> look(source, snapshot, remote, policy));
        }
      }
    } catch (BtrfsException e) {
      wrongs.add(e.toString());
    }
  }

  private void look(String source, UUID snapshot, String remote, PreservationPolicy policy) {
    var state = stateOf(world.store(remote), source);
    if (isWanted(source, snapshot, state, policy)
        && (!troubled.contains(remote)
            || isWanted(source, snapshot, RemoteState.of(state.backups()), policy))) {
      wrongs.add("deleted " + snapshot + ", which remote " + remote + " still needs");
    }
    if (away.contains(remote) && isWanted(source, snapshot, RemoteState.of(List.of()), policy)) {
      wrongs.add("deleted " + snapshot + ", which remote " + remote + ", away, may need");
    }
  }

  private boolean isWanted(
      String source, UUID snapshot, RemoteState remote, PreservationPolicy policy) {
    var snapshots =
        entries(source).stream().map(i -> new Snapshot(i.uuid(), i.ctransid(), i.ctime())).toList();
    var uploads =
        RetentionSafety.plan(snapshots, remote, policy, world.now(), world.zone()).uploads();
    return uploads.stream()
        .anyMatch(
            upload ->
                snapshot.equals(upload.item().uuid())
                    || snapshot.equals(upload.item().sendParent()));
  }

  private List<SubvolumeInfo> entries(String source) {
    try {
      return world.entries(source).stream()
          .map(SubvolumeEntry::info)
          .sorted(Comparator.comparing(SubvolumeInfo::ctransid))
          .toList();
    } catch (BtrfsException e) {
      throw new AssertionError(e);
    }
  }

  private RemoteState stateOf(MemoryStore store, String source) {
    var catalog = catalog(store);
    var ofSource = catalog.backups().stream().filter(b -> b.source().equals(uuid(source))).toList();
    var uploading =
        catalog.unfinished().stream()
            .filter(unfinished -> unfinished.source().equals(uuid(source)))
            .filter(unfinished -> canBeFinished(unfinished, ofSource, source))
            .max(Comparator.comparing(unfinished -> unfinished.parts().withoutHole()))
            .map(unfinished -> forPolicy(unfinished.identity()))
            .orElse(null);
    return new RemoteState(
        ofSource.stream().map(StoredBackup::forPolicy).toList(), List.of(), uploading, List.of());
  }

  private static Catalog catalog(MemoryStore store) {
    try {
      return Catalog.of(store.list().objects());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private boolean canBeFinished(
      UnfinishedBackup unfinished, List<StoredBackup> backups, String source) {
    var identities =
        backups.stream().collect(Collectors.toMap(StoredBackup::uuid, StoredBackup::identity));
    var identity = unfinished.identity();
    var parent = identity.sendParent();
    return !unfinished.isHalfDeleted()
        && !identities.containsKey(identity.uuid())
        && hasEntry(source, identity.uuid())
        && (parent == null
            || (hasEntry(source, parent)
                && Chain.of(parent, identities::get) instanceof Chain.Complete));
  }

  private boolean hasEntry(String source, UUID snapshot) {
    return entries(source).stream().anyMatch(info -> info.uuid().equals(snapshot));
  }

  private UUID uuid(String source) {
    try {
      return world.uuid(source);
    } catch (BtrfsException e) {
      throw new AssertionError(e);
    }
  }

  private static Backup forPolicy(BackupIdentity identity) {
    return new Backup(
        identity.uuid(), identity.sendParent(), identity.ctransid(), identity.ctime());
  }
}
