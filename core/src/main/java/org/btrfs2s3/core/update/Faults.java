package org.btrfs2s3.core.update;

import java.io.IOException;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.pipeline.PipelineException;
import org.btrfs2s3.core.plan.ObservedRemote;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.run.LockedException;
import org.btrfs2s3.core.sendstream.SendStreamException;
import org.btrfs2s3.core.store.RemoteException;

/** Tells whose fault it was that something failed. */
final class Faults {

  private Faults() {}

  static Failure ofPipeline(RemoteId remote, PipelineException e) {
    return switch (e.getCause()) {
      case RemoteException cause -> ofRemote(remote, cause);
      case BtrfsException cause -> ofSnapshot(cause);
      case SendStreamException cause -> ofSnapshot(cause);
      case null, default -> new Failure(Failure.Kind.ENCODING, String.valueOf(e.getMessage()));
    };
  }

  static Failure ofRemote(RemoteId remote, RemoteException e) {
    var kind =
        switch (e.kind()) {
          case NOT_FOUND, DENIED, TRANSIENT -> Failure.Kind.REMOTE_AWAY;
          case CONFLICT, INTEGRITY, FROZEN, REFUSED -> Failure.Kind.REMOTE;
        };
    return new Failure(kind, "remote " + remote + ": " + e.getMessage());
  }

  static Failure ofRemote(ObservedRemote.Away away) {
    return new Failure(Failure.Kind.REMOTE_AWAY, away.message());
  }

  /** Of what is done on this machine, whatever for. */
  static Failure ofMachine(IOException e) {
    return new Failure(Failure.Kind.LOCAL, String.valueOf(e.getMessage()));
  }

  /** Of what else is done for a source. */
  static Failure ofSource(SourceSession source, Exception e) {
    var where = "source " + source.setup().path() + ": ";
    return switch (e) {
      case LockedException _ -> new Failure(Failure.Kind.LOCKED, String.valueOf(e.getMessage()));
      case RuntimeException _ ->
          new Failure(Failure.Kind.LOCAL, where + "unexpected failure: " + e);
      default -> new Failure(Failure.Kind.LOCAL, where + e.getMessage());
    };
  }

  static Failure ofSnapshot(Exception e) {
    return new Failure(Failure.Kind.SNAPSHOT, String.valueOf(e.getMessage()));
  }
}
