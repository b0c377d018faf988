package org.btrfs2s3.core.update;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.ParsedKey;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.SubvolumeEntry;
import org.btrfs2s3.core.btrfs.SubvolumeInfo;
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

  /** What was done wrongly; thrown exceptions might be swallowed by the run. */
  private final List<String> wrongs = new ArrayList<>();

  Watch(World world) {
    this.world = world;
  }

  void begin(Collection<String> remotesAway) {
    away.clear();
    away.addAll(remotesAway);
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
    if (isWanted(source, snapshot, backups(world.store(remote), source), policy)) {
      wrongs.add("deleted " + snapshot + ", which remote " + remote + " still needs");
    }
    if (away.contains(remote) && isWanted(source, snapshot, List.of(), policy)) {
      wrongs.add("deleted " + snapshot + ", which remote " + remote + ", away, may need");
    }
  }

  private boolean isWanted(
      String source, UUID snapshot, List<Backup> backups, PreservationPolicy policy) {
    var snapshots =
        entries(source).stream().map(i -> new Snapshot(i.uuid(), i.ctransid(), i.ctime())).toList();
    var uploads =
        RetentionSafety.plan(snapshots, RemoteState.of(backups), policy, world.now(), world.zone())
            .uploads();
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

  private List<Backup> backups(MemoryStore store, String source) {
    return store.keys().stream()
        .map(key -> BackupKey.decode(key.value()))
        .filter(ParsedKey.Known.class::isInstance)
        .map(known -> ((ParsedKey.Known) known).identity())
        .filter(identity -> identity.source().equals(uuid(source)))
        .map(Watch::forPolicy)
        .toList();
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
