package org.btrfs2s3.core.reseed;

import java.util.Optional;
import java.util.UUID;
import org.btrfs2s3.core.backup.BackupMetadata;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.store.RemoteException;

/** What becomes of signatures where backups are encoded anew: only new ones are made. */
record Signatures(ReseedSetup setup) {
  private static final String SIGNED = "signed-";

  /** Why nothing of a source may be encoded: what this machine requires would not be there. */
  Optional<Failure> refusal(UUID source) {
    var required = setup.to().reader().signerIds();
    var encoding = setup.entries().encoding(source);
    if (required.isEmpty() || encoding.isEmpty()) {
      return Optional.empty();
    }
    var signer = encoding.get().signer();
    if (signer != null && required.contains(signer.keyId())) {
      return Optional.empty();
    }
    return Optional.of(
        new Failure(
            Failure.Kind.LOCAL,
            ("source %s: nothing of it is encoded anew: a signature by %s is required, but the"
                    + " upload entry for remote %s signs with %s; set sign_with there")
                .formatted(
                    source,
                    String.join(" or ", required),
                    setup.to().id(),
                    signer == null ? "none" : signer.keyId())));
  }

  /** Whether a backup is signed, as far as its objects say so, and will not be any more. */
  boolean areLost(ReseedItem item) throws RemoteException, InterruptedException {
    var encoding = setup.entries().encoding(item.identity().source());
    return item.way() == Way.REENCODED
        && encoding.isPresent()
        && encoding.get().signer() == null
        && isSigned(item.from());
  }

  private boolean isSigned(StoredBackup backup) throws RemoteException, InterruptedException {
    var parts = backup.parts();
    if (parts != null && ReseedItem.signatures(parts).findAny().isPresent()) {
      return true;
    }
    return setup
        .from()
        .store()
        .find(backup.key())
        .flatMap(found -> BackupMetadata.encodingIn(found.metadata()))
        .filter(encoding -> encoding.contains(SIGNED))
        .isPresent();
  }
}
