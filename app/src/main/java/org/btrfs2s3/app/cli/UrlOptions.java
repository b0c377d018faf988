package org.btrfs2s3.app.cli;

import java.nio.file.Path;
import org.btrfs2s3.app.config.RemoteConfig;
import org.btrfs2s3.app.config.RemoteUrl;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code --url}: a remote to read from that no configuration names. */
final class UrlOptions {

  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "Read from s3://BUCKET/PREFIX (what every key begins with, literally) or file:///DIRECTORY. "
              + "No configuration is needed, and none is read unless -c names it.")
  private @Nullable String url;

  @Option(
      names = "--endpoint-url",
      paramLabel = "URL",
      description = "With --url s3://…: the server, such as https://s3.example.com; AWS if absent.")
  private @Nullable String endpoint;

  @Option(
      names = "--region",
      paramLabel = "NAME",
      description = "With --url s3://…: the region; from AWS_REGION or the profile if absent.")
  private @Nullable String region;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description =
          "With --url s3://…: a section of the files in ~/.aws. Without it, credentials come from "
              + "where AWS programs look, such as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.")
  private @Nullable String profile;

  @Option(
      names = "--ca-file",
      paramLabel = "FILE",
      description =
          "With --url s3://…: a PEM file with the authorities to trust instead of Java's.")
  private @Nullable Path caFile;

  /**
   * The remote; null if no URL is given.
   *
   * @param remote of {@code --remote}, which excludes this
   * @throws ParameterException if the options do not fit together, or name no remote
   */
  @Nullable RemoteConfig remote(@Nullable String remote, CommandLine commandLine) {
    var server =
        new RemoteUrl.Server(
            endpoint, region, profile, caFile == null ? null : caFile.toAbsolutePath());
    if (url == null) {
      if (!server.isDefault()) {
        throw new ParameterException(
            commandLine,
            "--endpoint-url, --region, --profile and --ca-file belong to --url; for a remote of"
                + " the configuration, that says it");
      }
      return null;
    }
    if (remote != null) {
      throw new ParameterException(
          commandLine, "--remote and --url exclude each other: from which of them?");
    }
    try {
      return RemoteUrl.parse(url, server);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(commandLine, String.valueOf(e.getMessage()), e);
    }
  }
}
