package org.btrfs2s3.core.store;

final class MemoryStoreTest extends BackupStoreContract {

  @Override
  protected BackupStore openStore() {
    return new MemoryStore();
  }

  /** The objects of a memory store outlive its closing; a second store is another door to them. */
  @Override
  protected BackupStore reopen(BackupStore first) {
    return new FaultyStore(first);
  }
}
