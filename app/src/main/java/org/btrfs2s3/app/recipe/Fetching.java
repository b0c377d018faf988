package org.btrfs2s3.app.recipe;

import java.io.IOException;
import java.util.List;
import org.btrfs2s3.app.config.DirectoryRemoteConfig;
import org.btrfs2s3.app.config.RemoteConfig;
import org.btrfs2s3.app.config.S3RemoteConfig;
import org.btrfs2s3.app.setup.Stores;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.store.ObjectKey;

/** The commands that write an object of a remote to standard output. No secret stands in them. */
sealed interface Fetching permits AwsFetching, CurlFetching, DirectoryFetching {

  /** The command for one object, of this backup. */
  List<String> command(StoredBackup backup, ObjectKey key) throws IOException;

  /** What is needed for it, for comments. */
  List<String> needs();

  /** Lines of the script on which the commands rely. */
  default List<String> preamble() {
    return List.of();
  }

  /**
   * Those for a remote.
   *
   * @param program for buckets
   */
  static Fetching from(RemoteConfig remote, FetchProgram program) {
    return switch (remote) {
      case S3RemoteConfig s3 ->
          switch (program) {
            case AWS -> new AwsFetching(s3);
            case CURL -> new CurlFetching(Stores.urls(s3), s3.endpoint());
          };
      case DirectoryRemoteConfig directory -> new DirectoryFetching(directory.path());
    };
  }
}
