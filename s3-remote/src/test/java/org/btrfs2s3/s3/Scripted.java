package org.btrfs2s3.s3;

import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A store on a server that answers as a test says. */
abstract class Scripted {

  static final ObjectKey KEY = new ObjectKey("data.one");

  final Stores stores = new Stores();

  @SuppressWarnings("NullAway.Init") // before each test
  ScriptedServer server;

  @SuppressWarnings("NullAway.Init") // before each test
  BackupStore store;

  @BeforeEach
  void open() throws Exception {
    server = new ScriptedServer();
    store = stores.open(server.settings());
  }

  @AfterEach
  void close() {
    store.close();
    server.close();
  }
}
