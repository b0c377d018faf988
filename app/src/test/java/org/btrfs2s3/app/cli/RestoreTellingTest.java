package org.btrfs2s3.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.restore.RestoreEvent;
import org.btrfs2s3.core.restore.RestoreMember;
import org.btrfs2s3.core.restore.RestoreReport;
import org.btrfs2s3.core.restore.Supply;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.StoredObject;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.Test;

final class RestoreTellingTest {

  @Test
  void tellsOfEachFailureOnce() {
    var err = new StringWriter();
    var commandLine = Main.commandLine(Screen.plain());
    commandLine.setErr(new PrintWriter(err));
    var met = new Failure(Failure.Kind.REMOTE, "no key for it");
    var planned = new Failure(Failure.Kind.REMOTE, "no chain of it");

    var telling = new RestoreTelling(commandLine);
    telling.on(new RestoreEvent.Failed(member(), met));
    telling.end(new RestoreReport(List.of(), List.of(), null, List.of(met, planned)));

    assertThat(err)
        .hasToString(
            """
            failed: no key for it
            error: no chain of it
            2 failure(s), as told above
            """);
  }

  private static RestoreMember member() {
    var identity =
        new BackupIdentity(
            new UUID(1, 2), new UUID(3, 4), null, Ctransid.ofKernel(7), Instant.EPOCH);
    var key = new ObjectKey(BackupKey.encode("data", identity, ZoneOffset.UTC, List.of()));
    var object = new StoredObject(key, 1, Instant.EPOCH, null);
    var backup = Catalog.of(List.of(object)).backups().getFirst();
    return new RestoreMember(backup, "data", true, new Supply.Restored(), List.of());
  }
}
