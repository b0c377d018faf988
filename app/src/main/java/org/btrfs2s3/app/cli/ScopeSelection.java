package org.btrfs2s3.app.cli;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.reseed.ReseedScope;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.update.Seeding;

/** Chooses, of what a remote is to have, what {@code --only} asks for. */
record ScopeSelection(ReseedScope scope, RemoteId remote) implements Seeding.Selection {
  @Override
  public List<BackupIdentity> of(Collection<BackupIdentity> preserved) {
    return scope.select(preserved);
  }

  @Override
  public Optional<Failure> noneIsWrong() {
    return scope instanceof ReseedScope.ChainOf(var uuid)
        ? Optional.of(
            new Failure(
                Failure.Kind.LOCAL,
                ("remote %s neither has nor is to have a backup %s: its policy preserves no snapshot"
                        + " of that UUID on this machine; --pretend without --only shows what it"
                        + " preserves")
                    .formatted(remote, uuid)))
        : Optional.empty();
  }
}
