package org.btrfs2s3.app.recipe;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.btrfs2s3.app.config.S3EndpointConfig.Verification;
import org.btrfs2s3.app.config.S3RemoteConfig;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.store.ObjectKey;

/** With the AWS command line, which finds credentials where it always does. */
record AwsFetching(S3RemoteConfig remote) implements Fetching {

  /** Of these the AWS command line fetches nothing unasked, even if they were thawed. */
  private static final Set<String> ARCHIVES =
      Set.of("GLACIER", "DEEP_ARCHIVE", StoredBackup.SEVERAL_CLASSES);

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
