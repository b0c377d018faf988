package org.btrfs2s3.app.setup;

import java.util.ArrayList;
import java.util.List;
import org.btrfs2s3.app.config.ConfigException;
import org.btrfs2s3.app.config.Configuration;
import org.btrfs2s3.app.config.RemoteConfig;
import org.btrfs2s3.app.config.SourceConfig;
import org.btrfs2s3.app.config.TransferConfig;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.update.RemoteSetup;
import org.btrfs2s3.core.update.SourceSetup;
import org.btrfs2s3.core.update.TargetSetup;
import org.btrfs2s3.core.update.UpdateSetup;
import org.btrfs2s3.core.update.UploadOptions;
import org.btrfs2s3.s3.UploadMemory;

/** What {@code update} works on. */
public final class UpdateSetups {

  private UpdateSetups() {}

  public static UpdateSetup of(Configuration configuration, Encodings encodings, String toolVersion)
      throws ConfigException {
    List<SourceSetup> sources = new ArrayList<>();
    for (var source : configuration.sources()) {
      sources.add(source(source, encodings));
    }
    var used =
        configuration.sources().stream()
            .flatMap(source -> source.uploads().stream())
            .map(upload -> upload.remoteId())
            .distinct()
            .toList();
    var memory = new UploadMemory(configuration.uploadMemory());
    var remotes =
        configuration.remotes().stream()
            .filter(remote -> used.contains(remote.id()))
            .map(remote -> remote(remote, memory, used.size()))
            .toList();
    return new UpdateSetup(configuration.zone(), sources, remotes, toolVersion);
  }

  /** One remote to which nothing is uploaded. */
  public static RemoteSetup withoutUploads(RemoteConfig remote) {
    return remote(remote, new UploadMemory(UploadMemory.DEFAULT_BYTES), 1);
  }

  private static RemoteSetup remote(RemoteConfig remote, UploadMemory memory, int remotes) {
    return new RemoteSetup(new RemoteId(remote.id()), () -> Stores.open(remote, memory, remotes));
  }

  private static SourceSetup source(SourceConfig source, Encodings encodings)
      throws ConfigException {
    List<TargetSetup> targets = new ArrayList<>();
    for (var upload : source.uploads()) {
      targets.add(
          new TargetSetup(
              new RemoteId(upload.remoteId()),
              upload.policy(),
              encodings.encoding(upload.encoding()),
              options(upload.transfer())));
    }
    return new SourceSetup(
        source.path(), source.snapshots(), source.baseName(), source.manageAllSnapshots(), targets);
  }

  private static UploadOptions options(TransferConfig transfer) {
    return new UploadOptions(
        transfer.segmentBytes(), transfer.bytesPerSecond(), transfer.compressedData());
  }
}
