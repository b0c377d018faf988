package org.btrfs2s3.app.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.btrfs2s3.app.config.ConfigException;
import org.btrfs2s3.app.config.Configuration;
import org.btrfs2s3.app.config.RemoteConfig;
import org.btrfs2s3.app.setup.Encodings;
import org.btrfs2s3.app.setup.UpdateSetups;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.KernelBtrfs;
import org.btrfs2s3.core.linux.KernelClock;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.update.Machine;
import org.btrfs2s3.core.update.RemoteSetup;
import org.btrfs2s3.core.update.SourceSetup;
import org.btrfs2s3.core.update.UpdateSetup;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

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

  /**
   * A part of the sources and remotes.
   *
   * @param remote its id, or null for all to which something is uploaded
   * @param source its path or UUID, or null for all
   */
  static UpdateSetup part(
      CommandLine commandLine,
      Configuration configuration,
      @Nullable String remote,
      @Nullable String source)
      throws ConfigException, IOException {
    if (remote != null) {
      RemoteOption.choose(configuration, remote, commandLine);
    }
    var whole = setup(commandLine, configuration);
    var id = SourceArgument.id(source, new KernelBtrfs());
    var part = part(whole, remote, one -> id == null || isThere(one, id));
    if (part.sources().isEmpty()) {
      throw new ParameterException(
          commandLine, "no source of the configuration is named, on this machine and that remote");
    }
    if (part.remotes().isEmpty()) {
      throw new ParameterException(commandLine, "nothing is uploaded to remote " + remote);
    }
    return part;
  }

  /**
   * The sources that are uploaded to one remote, and that one alone.
   *
   * @throws ParameterException if there are none
   */
  static UpdateSetup seeding(CommandLine commandLine, Configuration configuration, RemoteId remote)
      throws ConfigException {
    var part = part(setup(commandLine, configuration), remote.value(), _ -> true);
    if (part.sources().isEmpty()) {
      throw new ParameterException(
          commandLine, "no source of the configuration is uploaded to remote '" + remote + "'");
    }
    return part;
  }

  /**
   * What is uploaded to a remote.
   *
   * @param remote its id, or null for all
   */
  private static UpdateSetup part(
      UpdateSetup whole, @Nullable String remote, Predicate<SourceSetup> isChosen) {
    List<SourceSetup> sources = new ArrayList<>();
    for (var one : whole.sources()) {
      var targets = one.targets().stream().filter(to -> isNamed(to.remote(), remote)).toList();
      if (!targets.isEmpty() && isChosen.test(one)) {
        sources.add(
            new SourceSetup(
                one.path(), one.snapshots(), one.base(), one.manageAllSnapshots(), targets));
      }
    }
    var remotes = whole.remotes().stream().filter(to -> isNamed(to.id(), remote)).toList();
    return new UpdateSetup(whole.zone(), sources, remotes, whole.toolVersion());
  }

  /** What else the configuration has, whether something is uploaded to it or not. */
  static List<RemoteSetup> otherRemotes(Configuration configuration, UpdateSetup part) {
    var known = part.remotes().stream().map(RemoteSetup::id).toList();
    return configuration.remotes().stream()
        .map(UpdateSetups::withoutUploads)
        .filter(remote -> !known.contains(remote.id()))
        .toList();
  }

  private static boolean isNamed(RemoteId id, @Nullable String remote) {
    return remote == null || id.value().equals(remote);
  }

  private static boolean isThere(SourceSetup source, UUID uuid) {
    try {
      return new KernelBtrfs().inspect(source.path()).uuid().equals(uuid);
    } catch (BtrfsException _) {
      return false; // Another one may be meant.
    }
  }

  static Machine machine() {
    return new Machine(new KernelBtrfs(), InstantSource.system(), KernelClock::isSynchronized);
  }
}
