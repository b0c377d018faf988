package org.btrfs2s3.app.cli;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.btrfs2s3.app.config.ConfigException;
import org.btrfs2s3.app.config.Configuration;
import org.btrfs2s3.app.config.RemoteConfig;
import org.btrfs2s3.app.setup.Encodings;
import org.btrfs2s3.app.setup.UpdateSetups;
import org.btrfs2s3.core.btrfs.KernelBtrfs;
import org.btrfs2s3.core.linux.KernelClock;
import org.btrfs2s3.core.update.Machine;
import org.btrfs2s3.core.update.UpdateSetup;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** What the commands work on that change something. */
final class Workplace {

  private Workplace() {}

  /**
   * The sources and remotes of the configuration; its warnings are printed.
   *
   * @param config given as an argument of the command
   */
  static UpdateSetup setup(CommandLine commandLine, @Nullable Path config) throws ConfigException {
    return setup(commandLine, GlobalOptions.of(commandLine).readConfig(config));
  }

  private static UpdateSetup setup(CommandLine commandLine, Configuration configuration)
      throws ConfigException {
    configuration.requireUpdatable();
    var encodings = new Encodings(configuration.file(), InstantSource.system().instant());
    var setup = UpdateSetups.of(configuration, encodings, Version.number());
    GlobalOptions.of(commandLine).warn(configuration, encodings.warnings());
    return setup;
  }

  /**
   * The same, with one remote alone.
   *
   * @param remote its id, or null for all to which something is uploaded
   */
  static UpdateSetup setup(CommandLine commandLine, @Nullable Path config, @Nullable String remote)
      throws ConfigException {
    var configuration = GlobalOptions.of(commandLine).readConfig(config);
    if (remote == null) {
      return setup(commandLine, configuration);
    }
    RemoteConfig chosen = RemoteOption.choose(configuration, remote, commandLine).getFirst();
    var setup = setup(commandLine, configuration);
    return new UpdateSetup(
        setup.zone(),
        setup.sources(),
        List.of(UpdateSetups.withoutUploads(chosen)),
        setup.toolVersion());
  }

  static Machine machine() {
    return new Machine(new KernelBtrfs(), InstantSource.system(), KernelClock::isSynchronized);
  }
}
