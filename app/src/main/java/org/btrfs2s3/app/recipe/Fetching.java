package org.btrfs2s3.app.recipe;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.btrfs2s3.app.config.DirectoryRemoteConfig;
import org.btrfs2s3.app.config.RemoteConfig;
import org.btrfs2s3.app.config.S3EndpointConfig.Verification;
import org.btrfs2s3.app.config.S3RemoteConfig;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.store.DirectoryStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;

/** The commands that write an object of a remote to standard output. */
sealed interface Fetching {

  /** The command for one object, of this backup. */
  List<String> command(StoredBackup backup, ObjectKey key) throws IOException;

  /** What is needed for it, for comments. */
  List<String> needs();

  static Fetching from(RemoteConfig remote) {
    return switch (remote) {
      case S3RemoteConfig s3 -> new FromBucket(s3);
      case DirectoryRemoteConfig directory -> new FromDirectory(directory.path());
    };
  }

  /** With the AWS command line. Credentials never stand in it. */
  record FromBucket(S3RemoteConfig remote) implements Fetching {

    /** Of these the AWS command line fetches nothing unasked, even if they were thawed. */
    private static final Set<String> ARCHIVES = Set.of("GLACIER", "DEEP_ARCHIVE", "mixed");

    @Override
    public List<String> command(StoredBackup backup, ObjectKey key) {
      List<String> words = new ArrayList<>(List.of("aws", "s3", "cp"));
      var endpoint = remote.endpoint();
      if (endpoint.url() != null) {
        words.addAll(List.of("--endpoint-url", endpoint.url().toString()));
      }
      if (endpoint.profileName() != null) {
        words.addAll(List.of("--profile", endpoint.profileName()));
      }
      if (endpoint.regionName() != null) {
        words.addAll(List.of("--region", endpoint.regionName()));
      }
      switch (endpoint.verification()) {
        case Verification.Default _ -> {}
        case Verification.Off _ -> words.add("--no-verify-ssl");
        case Verification.Authorities authorities ->
            words.addAll(List.of("--ca-bundle", authorities.file().value().toString()));
      }
      if (backup.storageClass() != null && ARCHIVES.contains(backup.storageClass())) {
        words.add("--force-glacier-transfer");
      }
      words.add("s3://" + remote.bucket() + "/" + remote.prefix() + key.value());
      words.add("-");
      return words;
    }

    @Override
    public List<String> needs() {
      List<String> needs = new ArrayList<>();
      needs.add("the AWS command line (aws), version 1 or 2");
      if (remote.endpoint().accessKey() != null) {
        needs.add(
            "credentials in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: those of the configuration,"
                + " which are not shown here");
      } else if (remote.endpoint().profileName() == null) {
        needs.add("credentials: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or those in ~/.aws");
      } else {
        needs.add("the profile " + remote.endpoint().profileName() + " in ~/.aws");
      }
      return needs;
    }
  }

  /** With cat. */
  record FromDirectory(Path directory) implements Fetching {

    @Override
    public List<String> command(StoredBackup backup, ObjectKey key) throws IOException {
      var file =
          DirectoryStore.fileOf(directory, key)
              .orElseThrow(
                  () ->
                      new RemoteException(
                          RemoteException.Kind.NOT_FOUND,
                          "there is no object " + key + " in " + directory));
      return List.of("cat", file.toString());
    }

    @Override
    public List<String> needs() {
      return List.of("the directory " + directory);
    }
  }
}
