package org.btrfs2s3.core.reseed;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.jspecify.annotations.Nullable;

/**
 * What a remote should hold after a reseeding.
 *
 * @param brought what this run made visible
 * @param there what was wanted and needed not be brought
 */
public record Expected(List<Brought> brought, Set<BackupIdentity> there) {
  /**
   * A backup that this run made visible.
   *
   * @param bytes that it should have, as stored
   */
  public record Brought(StoredBackup backup, long bytes) {}

  public Expected {
    brought = List.copyOf(brought);
    there = Set.copyOf(there);
  }

  boolean isEmpty() {
    return brought.isEmpty() && there.isEmpty();
  }

  Set<UUID> backups() {
    return identities().map(BackupIdentity::uuid).collect(Collectors.toCollection(HashSet::new));
  }

  Set<UUID> sources() {
    return identities().map(BackupIdentity::source).collect(Collectors.toCollection(HashSet::new));
  }

  private Stream<BackupIdentity> identities() {
    return Stream.concat(brought.stream().map(one -> one.backup().identity()), there.stream());
  }

  /** The backup whose content is looked at; null if nothing was brought. */
  @Nullable StoredBackup sample(long chance) {
    return brought.isEmpty()
        ? null
        : brought.get((int) Math.floorMod(chance, (long) brought.size())).backup();
  }
}
