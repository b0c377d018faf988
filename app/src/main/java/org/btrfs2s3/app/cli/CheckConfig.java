package org.btrfs2s3.app.cli;

import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import org.btrfs2s3.app.config.ConfigException;
import org.btrfs2s3.app.config.Configuration;
import org.btrfs2s3.app.config.DirectoryRemoteConfig;
import org.btrfs2s3.app.config.RemoteConfig;
import org.btrfs2s3.app.config.S3RemoteConfig;
import org.btrfs2s3.app.console.Printable;
import org.btrfs2s3.app.setup.Encodings;
import org.btrfs2s3.app.setup.UpdateSetups;
import org.btrfs2s3.core.btrfs.KernelBtrfs;
import org.btrfs2s3.core.store.DirectoryStore;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.update.SourceSetup;
import org.btrfs2s3.core.update.TargetSetup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says whether the configuration is valid. */
@Command(
    name = "check-config",
    description = {
      "Checks the configuration and shows what it amounts to.",
      "Warns of sources and snapshots directories that an update could not use as they are now; that "
          + "makes no configuration invalid, for they may be on a disk that is away."
    },
    footerHeading = HelpPages.EXAMPLES,
    footer = {
      "  btrfs2s3 check-config",
      "  btrfs2s3 check-config --create-remotes -c /etc/btrfs2s3/config.yaml"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class CheckConfig implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli before the command runs
  private CommandSpec spec;

  @Mixin private final ConfigArgument config = new ConfigArgument();

  @Option(
      names = "--create-remotes",
      description = {
        "Make the directories of directory remotes, and the marker files in them by which a remote "
            + "is known from an empty mount point."
      })
  private boolean createRemotes;

  @Override
  public Integer call() throws ConfigException, RemoteException {
    GlobalOptions options = GlobalOptions.of(spec.commandLine());
    Configuration configuration = options.readConfig(config.file());
    configuration.requireUpdatable();
    var encodings = new Encodings(configuration.file(), InstantSource.system().instant());
    var setup = UpdateSetups.of(configuration, encodings, Version.number());
    options.warn(configuration, encodings.warnings());
    warnOfSources(setup.sources());
    if (createRemotes) {
      for (RemoteConfig remote : configuration.remotes()) {
        create(remote);
      }
    }
    spec.commandLine().getOut().println(summary(configuration));
    for (var source : setup.sources()) {
      source.targets().forEach(target -> tellSigner(source, target));
    }
    return ExitCode.DONE.value();
  }

  private void warnOfSources(List<SourceSetup> sources) {
    var btrfs = new KernelBtrfs();
    var err = spec.commandLine().getErr();
    for (var source : sources) {
      SourceLook.trouble(source, btrfs)
          .ifPresent(trouble -> err.println("warning: " + Printable.line(trouble)));
    }
  }

  private void tellSigner(SourceSetup source, TargetSetup target) {
    var signer = target.encoding().signer();
    if (signer != null) {
      spec.commandLine()
          .getOut()
          .println(
              "backups of %s on %s are signed by %s"
                  .formatted(source.path(), target.remote(), signer.keyId()));
    }
  }

  private void create(RemoteConfig remote) throws RemoteException {
    switch (remote) {
      case DirectoryRemoteConfig directory -> {
        DirectoryStore.createMarker(directory.path());
        spec.commandLine()
            .getOut()
            .println("remote " + remote.id() + ": " + directory.path() + " is ready");
      }
      // Buckets have an owner, a region and a price: they are made by hand.
      case S3RemoteConfig _ -> {}
    }
  }

  private static String summary(Configuration configuration) {
    return "%s: OK, %s, %s, time zone %s"
        .formatted(
            configuration.file(),
            count(configuration.sources().size(), "source"),
            count(configuration.remotes().size(), "remote"),
            configuration.zone());
  }

  private static String count(int number, String what) {
    return number == 1 ? "1 " + what : number + " " + what + "s";
  }
}
